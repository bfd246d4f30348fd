#include "engine/partiql/bound_statement.hpp"

#include <algorithm>
#include <set>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/partiql/condition_binding.hpp"
#include "engine/partiql/update_binding.hpp"

namespace tailrace::partiql {
namespace {

using Kind = Expression::Kind;

/// table | table.index
void bind_source(const Expression& source, BoundStatement& bound) {
    if (bound.kind == Statement::Kind::insert && !source.operands.empty()) {
        throw ApiError::validation(
            "FROM clause may only contain a single table name in data manipulation statements");
    }
    if (source.operands.size() > 1)
        throw ApiError::validation("A path may contain at most 2 components in the FROM clause");
    bound.table = require_name(source.text);
    if (source.operands.empty()) return;
    const Expression& index = source.operands.front();
    if (index.kind == Kind::every) bind_path(source);
    if (index.kind != Kind::member) throw ApiError::validation("Invalid list expression in source.");
    bound.index = require_name(index.text);
}

/// A column is named after the last name in its path and the list indexes that follow it.
std::string column_name(const expression::Path& path) {
    std::string name;
    for (const auto& step : path.steps()) {
        if (const auto* member = std::get_if<std::string>(&step)) {
            name = *member;
        } else {
            name.append("[").append(std::to_string(std::get<std::uint32_t>(step))).append("]");
        }
    }
    return name;
}

/// AWS shows the later path first, unlike for a ProjectionExpression.
void require_disjoint(const std::vector<Column>& columns) {
    const std::vector<expression::Path> paths = paths_of(columns);
    const auto clash = expression::find_clash(paths);
    if (clash)
        throw ApiError::validation(expression::PathClash::text(clash->verb, clash->later, clash->earlier));
}

void bind_columns(const std::vector<Expression>& columns, BoundStatement& bound) {
    std::set<std::string> names;
    for (const Expression& each : columns) {
        const auto is_every = [](const Expression& step) { return step.kind == Kind::every; };
        if (each.kind == Kind::path && std::ranges::any_of(each.operands, is_every)) {
            throw ApiError::validation("Changing item's hierarchy while reading isn't supported");
        }
        expression::Path path = bind_path(each);
        std::string name = column_name(path);
        if (!names.insert(name).second) {
            throw ApiError::validation("Duplicate identifiers in select clause: " + name);
        }
        bound.columns.push_back({std::move(name), std::move(path)});
    }
    require_disjoint(bound.columns);
}

bool counts_all(const Statement& select) {
    if (select.columns.size() != 1 || select.columns.front().text != "count") return false;
    const std::vector<Expression>& operands = select.columns.front().operands;
    return select.columns.front().kind == Kind::call && operands.size() == 1 &&
           operands.front().kind == Kind::every;
}

/// Source: the observations of AWS in paritysuite/dynamodb-conformance, partiqlMultiAttributeIndex.test.ts,
/// October 2026.
void bind_selection(const Statement& statement, BoundStatement& bound) {
    try {
        bind_columns(statement.columns, bound);
    } catch (const ApiError& fault) {
        if (bound.index.empty() || !counts_all(statement)) throw;
        bound.count_fault = fault.message();
    }
}

void bind_order(const std::vector<OrderTerm>& order, BoundStatement& bound) {
    for (const OrderTerm& each : order) {
        if (each.expression.kind != Kind::path || !each.expression.operands.empty()) {
            throw ApiError::validation("Argument to ORDER BY must be of type VariableReference. Type: " +
                                       (each.expression.kind == Kind::path ? "PATH" : each.expression.text));
        }
        bound.order.push_back({each.expression.text, each.descending});
    }
}

operation::ReturnValues bind_returning(const Statement& statement) {
    const std::string& words = statement.returning;
    if (words.empty()) return operation::ReturnValues::none;
    if (words == "ALL OLD") return operation::ReturnValues::all_old;
    if (statement.kind == Statement::Kind::erase) {
        throw ApiError::validation("Invalid returning clause: RETURNING " + words +
                                   " *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
    }
    if (words == "ALL NEW") return operation::ReturnValues::all_new;
    return words == "MODIFIED OLD" ? operation::ReturnValues::updated_old
                                   : operation::ReturnValues::updated_new;
}

}  // namespace

std::vector<expression::Path> paths_of(const std::vector<Column>& columns) {
    std::vector<expression::Path> paths;
    paths.reserve(columns.size());
    for (const Column& each : columns) paths.push_back(each.path);
    return paths;
}

std::vector<AttributeValue> read_parameters(const Request& request) {
    std::vector<AttributeValue> parameters;
    const auto* given = request.list("Parameters");
    if (given == nullptr) return parameters;
    for (const auto& each : *given) {
        parameters.push_back(parse_attribute_value(each, request.wording().values));
    }
    return parameters;
}

BoundStatement read_statement(const Request& request, Parameters parameters) {
    const Statement statement = parse_statement(*request.text("Statement"));
    if (statement.parameters > parameters.size()) {
        throw ApiError::validation("Number of parameters in request and statement don't match.");
    }
    BoundStatement bound;
    bound.kind = statement.kind;
    bind_source(statement.source, bound);
    bound.returning = bind_returning(statement);
    bind_selection(statement, bound);
    if (statement.kind == Statement::Kind::insert) {
        bound.image = operation::put_image(bind_item(statement.item, parameters));
    }
    if (!statement.assignments.empty()) bound.update = bind_update(statement.assignments, parameters);
    if (statement.where) bound.where = bind_condition(*statement.where, parameters);
    bind_order(statement.order, bound);
    return bound;
}

}  // namespace tailrace::partiql
