#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacities.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/partiql/planned_write.hpp"
#include "engine/partiql/selection.hpp"

namespace tailrace::partiql {
namespace {

using operation::OperationContext;
using operation::ResponseBody;

void add_capacity(ResponseBody& body, const Request& request, const table::Table& table,
                  const table::Capacity& capacity) {
    const auto wanted = operation::read_return_consumed_capacity(request);
    if (wanted == table::ReturnConsumedCapacity::none) return;
    body.member("ConsumedCapacity", table::consumed_capacity_json(table.definition, capacity, wanted));
}

std::string select(OperationContext& context, const Request& request, const BoundStatement& statement) {
    PageOptions options{{}, {}, operation::read_consistency(request)};
    if (const auto limit = request.integer("Limit")) options.limit = static_cast<std::size_t>(*limit);
    if (const auto token = request.text("NextToken")) options.start = NextToken::parse(*token);

    return context.database.read([&](table::ReadSession& session) {
        const table::Table& table = session.table(statement.table);
        const SelectedPage page = read_page(session, table, statement, options);
        ResponseBody body;
        body.reserve(page.items_json.size() + 256);
        body.list("Items", page.items_json);
        if (page.next) {
            body.member("NextToken", boost::json::value(page.next->text()));
            if (page.next->key) body.member("LastEvaluatedKey", to_json(*page.next->key));
        }
        add_capacity(body, request, table, page.capacity);
        return std::move(body).take();
    });
}

std::string write(OperationContext& context, const Request& request, const BoundStatement& statement) {
    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.table(statement.table);
        const PlannedWrite planned(table, statement, false);
        const table::WriteOutcome outcome = table::ItemWriter(session).write(planned.request());
        planned.require_condition_held(outcome, operation::returns_failed_item(request));
        ResponseBody body;
        body.list("Items", planned.returned(outcome));
        add_capacity(body, request, table, outcome.capacity);
        return std::move(body).take();
    });
}

}  // namespace

std::string execute_statement(OperationContext& context, const Request& request) {
    const std::vector<AttributeValue> parameters = read_parameters(request);
    const BoundStatement statement = read_statement(request, parameters);
    if (statement.kind == Statement::Kind::exists) {
        throw ApiError::validation("EXISTS can only be used in ExecuteTransaction write requests.");
    }
    return statement.is_select() ? select(context, request, statement) : write(context, request, statement);
}

}  // namespace tailrace::partiql
