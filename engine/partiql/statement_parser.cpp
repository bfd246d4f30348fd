#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/partiql/lexer.hpp"
#include "engine/partiql/parser.hpp"

namespace tailrace::partiql {
namespace {

using Kind = Expression::Kind;

constexpr std::string_view aliasing = "Aliasing is not supported";
constexpr std::string_view one_source = "Only select from a single table or index is supported.";
constexpr std::string_view no_manipulation = "Expected data manipulation";

constexpr std::array<std::string_view, 7> joins = {"cross", "full",  "inner", "join",
                                                   "left",  "outer", "right"};

/// The first refusal is reported, after the statement has been read to its end.
void refuse(Statement& statement, std::string_view why) {
    if (statement.refusal.empty()) statement.refusal = why;
}

/// DynamoDB's message for an expression in the place of a statement.
std::string refusal_of(const Expression& expression) {
    const std::string operation = "Unsupported operation: ";
    switch (expression.kind) {
        case Kind::path:
            return operation + (expression.operands.empty() ? "VariableReference" : "Path");
        case Kind::missing:
            return operation + "LiteralMissing";
        case Kind::parameter:
            return operation + "Parameter";
        case Kind::list:
        case Kind::bag:
            return operation + "Seq";
        case Kind::tuple:
            return operation + "Struct";
        case Kind::operation:
            if (expression.text == "is" || expression.text == "is_not") return operation + "IsType";
            break;
        case Kind::call:
            break;
        default:
            return operation + "Literal";
    }
    // The expression is a condition, and EXISTS is the only condition that is a statement.
    return "EXISTS can only be used in ExecuteTransaction write requests.";
}

}  // namespace

Statement parse_statement(std::string_view text) {
    return Parser(text).statement();
}

Statement Parser::statement() {
    if (at_keyword("create") || at_keyword("drop")) {
        const std::string verb = at_keyword("create") ? "Create" : "Drop";
        if (at_keyword("table", 1)) throw ApiError::validation("Unsupported operation: " + verb + "Table");
        if (at_keyword("index", 1)) throw ApiError::validation("Unsupported operation: " + verb + "Index");
    }
    Statement statement = at_keyword("insert")   ? insert()
                          : at_keyword("update") ? update()
                          : at_keyword("delete") ? erase()
                          : at_keyword("from")   ? from_first()
                                                 : of_expression();
    if (take_symbol(";") && peek().kind != TokenKind::end) {
        reject_statement("Unexpected token after semicolon. (Only one query is allowed.)");
    }
    if (peek().kind != TokenKind::end) reject_statement("Unexpected token after expression");
    if (!statement.refusal.empty()) throw ApiError::validation(statement.refusal);
    statement.parameters = parameters_;
    return statement;
}

Statement Parser::of_expression() {
    Expression written = expression();
    if (written.kind == Kind::query) return *written.query;
    const bool is_exists = written.kind == Kind::call && written.text == "exists" &&
                           written.operands.size() == 1 && written.operands.front().kind == Kind::query;
    Statement statement;
    if (is_exists) {
        statement = *written.operands.front().query;
        statement.kind = Statement::Kind::exists;
    } else {
        refuse(statement, refusal_of(written));
    }
    return statement;
}

Statement Parser::select() {
    const DepthGuard level = deeper();
    Statement select;
    take();
    if (at_keyword("distinct")) {
        throw ApiError::validation("Unsupported token in expression: DISTINCT");
    }
    take_keyword("all");
    if (at_keyword("value") || at_keyword("pivot")) {
        throw ApiError::validation("Select projection doesn't support value or pivot keywords");
    }
    select_list(select);
    if (!take_keyword("from")) reject_statement("Expected FROM after SELECT list");
    select_source(select);
    where(select);
    if (at_keyword("group")) throw ApiError::validation("Unsupported clause: GROUP BY");
    if (take_keyword("having")) refuse(select, "Unsupported clause: HAVING" + expression().position.at());
    order_by(select);
    if (take_keyword("limit")) refuse(select, "Unsupported clause: LIMIT" + expression().position.at());
    return select;
}

void Parser::select_list(Statement& select) {
    if (at_keyword("from")) reject_statement("Cannot have empty SELECT list");
    const auto with_others = [] {
        reject_statement(
            "Other expressions may not be present in the select list when '*' is used without dot notation.");
    };
    if (take_symbol("*")) {
        if (at_symbol(",")) with_others();
        return;
    }
    do {
        if (at_symbol("*")) with_others();
        select.columns.push_back(expression());
        alias(select);
    } while (take_symbol(","));
}

void Parser::select_source(Statement& select) {
    select.source = term();
    if (select.source.kind != Kind::path) refuse(select, "Unexpected from source");
    alias(select);
    const bool joins_more =
        peek().kind == TokenKind::keyword && std::ranges::find(joins, peek().text) != joins.end();
    if (joins_more || at_symbol(",")) throw ApiError::validation(std::string(one_source));
}

void Parser::alias(Statement& statement) {
    const bool is_named = take_keyword("as") || take_keyword("at");
    if (!is_named && !at_name()) return;
    if (!at_name()) reject_statement("Expected identifier for alias");
    take();
    refuse(statement, aliasing);
}

void Parser::where(Statement& statement) {
    if (take_keyword("where")) statement.where = expression();
}

void Parser::order_by(Statement& select) {
    if (!at_keyword("order") || !at_keyword("by", 1)) return;
    next_ += 2;
    do {
        OrderTerm order{expression()};
        if (!take_keyword("asc")) order.descending = take_keyword("desc");
        select.order.push_back(std::move(order));
    } while (take_symbol(","));
}

/// INSERT INTO table VALUE item
Statement Parser::insert() {
    Statement insert;
    insert.kind = Statement::Kind::insert;
    const Position position = take().position;
    if (!take_keyword("into")) reject_statement("Unexpected keyword");
    insert.source = simple_path();
    if (!take_keyword("value")) {
        insert.item = expression();
        refuse(insert, "Unsupported operation: InsertOp");
        return insert;
    }
    insert.item = expression();
    if (take_keyword("at")) {
        expression();
        refuse(insert, "AT is not supported in insert statements." + position.at());
    }
    if (at_keyword("on") && at_keyword("conflict", 1)) {
        next_ += 2;
        if (!take_keyword("where")) reject_statement("invalid ON CONFLICT syntax");
        expression();
        if (!take_keyword("do") || !take_keyword("nothing")) reject_statement("invalid ON CONFLICT syntax");
        refuse(insert, "Unsupported clause: ON CONFLICT");
    }
    returning(insert);
    if (!insert.returning.empty()) refuse(insert, "RETURNING is not supported in INSERT");
    return insert;
}

/// UPDATE table (SET path = value, … | REMOVE path)+ WHERE condition RETURNING …
Statement Parser::update() {
    Statement update;
    update.kind = Statement::Kind::update;
    take();
    update.source = simple_path();
    alias(update);
    assignments(update);
    where(update);
    returning(update);
    return update;
}

/// FROM table WHERE condition (SET … | REMOVE …)+ RETURNING …
Statement Parser::from_first() {
    Statement update;
    update.kind = Statement::Kind::update;
    const Position position = take().position;
    select_source(update);
    where(update);
    if (at_keyword("insert")) {
        throw ApiError::validation("Unsupported FROM ... WHERE ... clause in INSERT statement." +
                                   position.at());
    }
    assignments(update);
    returning(update);
    return update;
}

void Parser::assignments(Statement& update) {
    while (true) {
        if (take_keyword("set")) {
            do {
                Assignment assignment{simple_path(), {}};
                if (!take_symbol("=")) reject_statement("Expected '='");
                assignment.value = expression();
                update.assignments.push_back(std::move(assignment));
            } while (take_symbol(","));
        } else if (take_keyword("remove")) {
            update.assignments.push_back({simple_path(), {}});
        } else {
            break;
        }
    }
    if (update.assignments.empty()) reject_statement(no_manipulation);
}

/// DELETE FROM table WHERE condition RETURNING …
Statement Parser::erase() {
    Statement erase;
    erase.kind = Statement::Kind::erase;
    take();
    if (!take_keyword("from")) reject_statement("Expected FROM after DELETE");
    erase.source = simple_path();
    alias(erase);
    where(erase);
    returning(erase);
    return erase;
}

/// RETURNING (ALL | MODIFIED) (OLD | NEW) *
void Parser::returning(Statement& statement) {
    if (!take_keyword("returning")) return;
    do {
        const std::string_view what = at_keyword("all") ? "ALL" : at_keyword("modified") ? "MODIFIED" : "";
        const std::string_view when = at_keyword("old", 1) ? " OLD" : at_keyword("new", 1) ? " NEW" : "";
        if (what.empty() || when.empty()) {
            reject_statement("Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.");
        }
        next_ += 2;
        if (!statement.returning.empty()) {
            refuse(statement, "Invalid syntax with multiple returning elements in RETURNING clause");
        }
        statement.returning = std::string(what).append(when);
        if (take_symbol("*")) continue;
        if (!at_name()) reject_statement("Unsupported syntax in RETURNING columns.");
        simple_path();
        refuse(statement, "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
    } while (take_symbol(","));
}

}  // namespace tailrace::partiql
