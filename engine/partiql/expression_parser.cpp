#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/ascii_case.hpp"
#include "engine/partiql/lexer.hpp"
#include "engine/partiql/parser.hpp"

namespace tailrace::partiql {
namespace {

using Kind = Expression::Kind;

// The maximum depth of nested parentheses, collections, calls and NOT. DynamoDB's own limit is unknown;
// values nest up to 32 levels.
constexpr int max_depth = 200;
// As in every expression of DynamoDB. Source: "Service, account, and table quotas", expression parameters.
constexpr int max_operators = 300;

constexpr int negation_binding = 3;
constexpr int comparison_binding = 5;

struct Operator {
    std::string_view text;
    int binding;
};

constexpr std::array<Operator, 20> operators = {
    {{"or", 1}, {"and", 2}, {"=", 4},  {"<>", 4},      {"is", 4},     {"in", 4},         {"<", 5},
     {"<=", 5}, {">", 5},   {">=", 5}, {"between", 5}, {"like", 5},   {"+", 6},          {"-", 6},
     {"||", 6}, {"*", 7},   {"/", 7},  {"%", 7},       {"not in", 4}, {"not between", 5}}};

/// Keywords that are functions if a parenthesis follows, and not allowed otherwise.
constexpr std::array<std::string_view, 19> function_keywords = {
    "avg",       "bag",   "bit_length", "char_length", "character_length", "coalesce",     "count", "exists",
    "list",      "lower", "max",        "min",         "nullif",           "octet_length", "sexp",  "size",
    "substring", "sum",   "upper"};

/// The names of types after IS, with their names in messages.
constexpr std::array<std::pair<std::string_view, std::string_view>, 30> type_names = {
    {{"bag", "BAG"},
     {"blob", "BLOB"},
     {"bool", "BOOLEAN"},
     {"boolean", "BOOLEAN"},
     {"char", "CHARACTER"},
     {"character", "CHARACTER"},
     {"clob", "CLOB"},
     {"date", "DATE"},
     {"dec", "DECIMAL"},
     {"decimal", "DECIMAL"},
     {"double", "DOUBLE_PRECISION"},
     {"float", "FLOAT"},
     {"int", "INTEGER"},
     {"int4", "INTEGER4"},
     {"int8", "INTEGER8"},
     {"integer", "INTEGER"},
     {"list", "LIST"},
     {"missing", "MISSING"},
     {"null", "NULL"},
     {"numeric", "NUMERIC"},
     {"real", "REAL"},
     {"sexp", "SEXP"},
     {"smallint", "SMALLINT"},
     {"string", "STRING"},
     {"struct", "STRUCT"},
     {"symbol", "SYMBOL"},
     {"time", "TIME"},
     {"timestamp", "TIMESTAMP"},
     {"tuple", "TUPLE"},
     {"varchar", "CHARACTER_VARYING"}}};

bool is_operator_token(const Token& token) {
    if (token.kind != TokenKind::symbol && token.kind != TokenKind::keyword) return false;
    // "*" alone is a term of SELECT and of COUNT.
    return token.text != "*" && (token.text == "@" || std::ranges::find(operators, token.text,
                                                                        &Operator::text) != operators.end());
}

Expression join(Expression left, const Token& op, std::string_view text, Expression right) {
    // A chain of AND, or of OR, is one operation, however long it is.
    if ((text == "and" || text == "or") && left.is_operation(text) && !left.grouped) {
        left.operands.push_back(std::move(right));
        return left;
    }
    Expression joined{Kind::operation, op.position, std::string(text)};
    joined.operands.push_back(std::move(left));
    joined.operands.push_back(std::move(right));
    return joined;
}

}  // namespace

Parser::Parser(std::string_view text) : tokens_(tokenize(text)) {}

DepthGuard Parser::deeper() {
    if (depth_ >= max_depth) reject_statement();
    return DepthGuard(depth_);
}

const Token& Parser::peek(std::size_t ahead) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

Token Parser::take() {
    Token token = peek();
    ++next_;
    return token;
}

bool Parser::at_symbol(std::string_view symbol, std::size_t ahead) const {
    return peek(ahead).kind == TokenKind::symbol && peek(ahead).text == symbol;
}

bool Parser::at_keyword(std::string_view keyword, std::size_t ahead) const {
    return peek(ahead).kind == TokenKind::keyword && peek(ahead).text == keyword;
}

bool Parser::at_name() const {
    return peek().kind == TokenKind::identifier || peek().kind == TokenKind::quoted_identifier;
}

bool Parser::take_symbol(std::string_view symbol) {
    if (!at_symbol(symbol)) return false;
    ++next_;
    return true;
}

bool Parser::take_keyword(std::string_view keyword) {
    if (!at_keyword(keyword)) return false;
    ++next_;
    return true;
}

void Parser::expect_symbol(std::string_view symbol, std::string_view name) {
    if (!take_symbol(symbol)) reject_statement("Expected " + std::string(name));
}

Expression Parser::operation(int binding) {
    Expression left = operand();
    while (true) {
        const bool is_symbol_or_word = peek().kind == TokenKind::symbol || peek().kind == TokenKind::keyword;
        if (!is_symbol_or_word) return left;
        std::string text = peek().text;
        if (text == "not") text.append(" ").append(peek(1).text);
        const auto* const found = std::ranges::find(operators, text, &Operator::text);
        const bool is_negated_like = text == "not like";
        if (found == operators.end() && !is_negated_like) return left;
        const int own_binding = is_negated_like ? comparison_binding : found->binding;
        if (own_binding <= binding) return left;
        if (++operators_ > max_operators) {
            throw ApiError::validation("The expression contains too many operators; operator count: " +
                                       std::to_string(operators_));
        }
        const Token op = take();
        if (op.text == "not") ++next_;
        std::ranges::replace(text, ' ', '_');
        if (text == "is") {
            if (take_keyword("not")) text = "is_not";
            left = join(std::move(left), op, text, type_name());
            continue;
        }
        if (peek().kind == TokenKind::end) {
            reject_statement("Missing right-hand side expression of infix operator");
        }
        const DepthGuard level = deeper();
        left = join(std::move(left), op, text, operation(own_binding));
        if (text != "between" && text != "not_between") continue;
        if (!take_keyword("and")) reject_statement("Expected AND keyword");
        left.operands.push_back(operation(own_binding));
    }
}

Expression Parser::operand() {
    if (!at_keyword("not")) return sign();
    const DepthGuard level = deeper();
    Expression negation{Kind::operation, take().position, "not"};
    negation.operands.push_back(operation(negation_binding));
    return negation;
}

/// A sign before a number literal becomes part of the literal, whose position stays that of its first digit.
Expression Parser::sign() {
    if (!at_symbol("+") && !at_symbol("-")) return term();
    const DepthGuard level = deeper();
    const Token op = take();
    Expression signed_one = sign();
    if (signed_one.kind != Kind::number || signed_one.grouped) {
        Expression unary{Kind::operation, op.position, op.text};
        unary.operands.push_back(std::move(signed_one));
        return unary;
    }
    if (op.text == "+") return signed_one;
    if (signed_one.text.starts_with('-')) {
        signed_one.text.erase(0, 1);
    } else {
        signed_one.text.insert(0, "-");
    }
    return signed_one;
}

Expression Parser::type_name() {
    const Token token = take();
    const std::string name = lower_case(token.text);
    const auto* const found = std::ranges::find(type_names, name, &decltype(type_names)::value_type::first);
    if (token.kind == TokenKind::quoted_identifier || found == type_names.end()) {
        reject_statement("Expected type name");
    }
    Expression type{Kind::type, token.position, std::string(found->second)};
    if (name == "double" && !take_keyword("precision")) reject_statement("Expected type name");
    if (name == "character" && take_keyword("varying")) type.text = "CHARACTER_VARYING";
    if (!take_symbol("(")) return type;
    do {
        if (take().kind != TokenKind::number) {
            reject_statement("Type parameter must be an unsigned integer literal");
        }
    } while (take_symbol(","));
    expect_symbol(")", "RIGHT_PAREN");
    return type;
}

Expression Parser::term() {
    const DepthGuard level = deeper();
    const Token& next = peek();
    switch (next.kind) {
        case TokenKind::string:
            return {Kind::string, next.position, take().text};
        case TokenKind::number:
            return {Kind::number, next.position, take().text};
        case TokenKind::ion:
            return {Kind::ion, next.position, take().text};
        case TokenKind::identifier:
        case TokenKind::quoted_identifier: {
            Token name = take();
            if (at_symbol("(")) return call(name);
            return path_steps({Kind::path, name.position, std::move(name.text)});
        }
        case TokenKind::keyword:
            return keyword_term();
        case TokenKind::symbol:
            break;
        case TokenKind::end:
            reject_statement("Unexpected term");
    }
    if (at_symbol("(")) return grouped();
    if (take_symbol("[")) return sequence(Kind::list, "]", "RIGHT_BRACKET");
    if (take_symbol("<<")) return sequence(Kind::bag, ">>", "RIGHT_DOUBLE_ANGLE_BRACKET");
    if (take_symbol("{")) return tuple();
    if (at_symbol("?")) {
        Expression parameter{Kind::parameter, take().position};
        parameter.parameter = parameters_++;
        return parameter;
    }
    if (take_symbol("@")) {
        if (!at_name()) reject_statement("Identifier must follow @-operator");
        return term();
    }
    reject_statement(is_operator_token(next) ? "Unexpected operator" : "Unexpected term");
}

Expression Parser::keyword_term() {
    const Token& word = peek();
    if (word.text == "true" || word.text == "false") return {Kind::boolean, word.position, take().text};
    if (word.text == "null") return {Kind::null, word.position, take().text};
    if (word.text == "missing") return {Kind::missing, word.position, take().text};
    if (word.text == "select") return query();
    // A statement that begins with FROM must change data.
    if (word.text == "from") reject_statement("Expected data manipulation");
    if (word.text == "case")
        throw ApiError::validation("Unsupported token in expression: CASE" + word.position.at());
    if (word.text == "cast")
        throw ApiError::validation("Unsupported token in expression: cast" + word.position.at());
    if (word.text == "values") return rows();
    if (is_operator_token(word)) reject_statement("Unexpected operator");
    const bool is_function =
        std::ranges::find(function_keywords, word.text) != function_keywords.end() && at_symbol("(", 1);
    if (!is_function) reject_statement("Unexpected keyword");
    return call(take());
}

/// A single expression in parentheses is that expression; several are a list.
Expression Parser::grouped() {
    const Position position = take().position;
    if (at_symbol(")")) reject_statement("Expression group cannot be empty");
    Expression group{Kind::list, position};
    do {
        group.operands.push_back(expression());
    } while (take_symbol(","));
    expect_symbol(")", "RIGHT_PAREN");
    if (group.operands.size() > 1) return group;
    Expression only = std::move(group.operands.front());
    only.grouped = true;
    return only;
}

/// VALUES (…), (…)
Expression Parser::rows() {
    Expression rows{Kind::bag, take().position};
    do {
        if (!at_symbol("(")) reject_statement("Expected LEFT_PAREN for row value constructor");
        rows.operands.push_back(grouped());
    } while (take_symbol(","));
    return rows;
}

Expression Parser::call(const Token& name) {
    Expression call{Kind::call, name.position, lower_case(name.text)};
    take();
    if (take_symbol(")")) return call;
    if (call.text == "count" && at_symbol("*")) {
        call.operands.push_back({Kind::every, take().position, "*"});
    } else {
        do {
            call.operands.push_back(expression());
        } while (take_symbol(","));
    }
    expect_symbol(")", "RIGHT_PAREN");
    return call;
}

Expression Parser::path_steps(Expression root) {
    while (true) {
        if (take_symbol("[")) {
            root.operands.push_back(bracketed_step());
            expect_symbol("]", "RIGHT_BRACKET");
        } else if (take_symbol(".")) {
            const Token name = take();
            const bool is_name =
                name.kind == TokenKind::identifier || name.kind == TokenKind::quoted_identifier;
            const bool is_every = name.kind == TokenKind::symbol && name.text == "*";
            if (!is_name && !is_every) reject_statement("Invalid path dot component");
            root.operands.push_back({is_name ? Kind::member : Kind::every, name.position, name.text});
        } else {
            return root;
        }
    }
}

Expression Parser::bracketed_step() {
    if (at_symbol("*")) reject_statement("Cannot use [] and * together in SELECT list expression");
    return expression();
}

Expression Parser::sequence(Kind kind, std::string_view close, std::string_view name) {
    Expression sequence{kind, tokens_[next_ - 1].position};
    if (take_symbol(close)) return sequence;
    do {
        sequence.operands.push_back(expression());
    } while (take_symbol(","));
    expect_symbol(close, name);
    return sequence;
}

Expression Parser::tuple() {
    Expression tuple{Kind::tuple, tokens_[next_ - 1].position};
    if (take_symbol("}")) return tuple;
    do {
        tuple.operands.push_back(expression());
        expect_symbol(":", "COLON");
        tuple.operands.push_back(expression());
    } while (take_symbol(","));
    expect_symbol("}", "RIGHT_CURLY");
    return tuple;
}

Expression Parser::simple_path() {
    if (!at_name()) reject_statement("Expected identifier for simple path");
    Token name = take();
    Expression path = path_steps({Kind::path, name.position, std::move(name.text)});
    if (std::ranges::find(path.operands, Kind::every, &Expression::kind) != path.operands.end()) {
        reject_statement("Invalid path dot component for simple path");
    }
    return path;
}

Expression Parser::query() {
    Expression query{Kind::query, peek().position, "SELECT"};
    query.query = std::make_shared<const Statement>(select());
    return query;
}

}  // namespace tailrace::partiql
