#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/items/write_answer.hpp"
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

/// The result of a statement, for the response. It stays valid when the table changes.
struct StatementResult {
    /// Separated by commas.
    std::string items_json = {};
    std::optional<NextToken> next = {};
    std::optional<boost::json::object> consumed = {};
};

std::string statement_answer(const StatementResult& result) {
    ResponseBody body;
    body.reserve(result.items_json.size() + 256);
    body.list("Items", result.items_json);
    if (result.next) {
        body.member("NextToken", boost::json::value(result.next->text()));
        if (result.next->key) body.member("LastEvaluatedKey", to_json(*result.next->key));
    }
    if (result.consumed) body.member("ConsumedCapacity", *result.consumed);
    return std::move(body).take();
}

std::string select(OperationContext& context, const Request& request, const BoundStatement& statement) {
    PageOptions options{{}, {}, operation::read_consistency(request)};
    if (const auto limit = request.integer("Limit")) options.limit = static_cast<std::size_t>(*limit);
    if (const auto token = request.text("NextToken")) options.start = NextToken::parse(*token);
    const auto wanted = operation::read_return_consumed_capacity(request);

    const StatementResult result = context.read([&](table::ReadSession& session) {
        const table::TableDefinition& table = session.table(statement.table);
        SelectedPage page = read_page(session, table, statement, options);
        context.cost.capacity_units = page.capacity.total();
        context.cost.items_read = page.scanned_count;
        context.cost.items_returned = page.count;
        return StatementResult{std::move(page.items_json), std::move(page.next),
                               operation::consumed_capacity(table, page.capacity, wanted)};
    });
    return statement_answer(result);
}

std::string write(OperationContext& context, const Request& request, const BoundStatement& statement) {
    const bool shows_failed_item = operation::returns_failed_item(request);
    const auto wanted = operation::read_return_consumed_capacity(request);

    const StatementResult result = context.write_items([&](table::WriteSession& session) {
        const table::TableDefinition& table = session.table(statement.table);
        const auto planned = plan_write(table, statement, {.shows_failed_item = shows_failed_item});
        const table::WriteOutcome outcome = table::ItemWriter(session).write(planned.request());
        require_condition_held(planned, outcome);
        context.cost.capacity_units = outcome.capacity.total();
        context.cost.items_written = 1;
        return StatementResult{
            .items_json = operation::returned_attributes(statement.returning, outcome, statement.update),
            .consumed = operation::consumed_capacity(table, outcome.capacity, wanted)};
    });
    return statement_answer(result);
}

}  // namespace

std::string execute_statement(OperationContext& context, const Request& request) {
    const std::vector<AttributeValue> parameters = read_parameters(request);
    const BoundStatement statement = read_statement(request, parameters);
    context.cost.add_table(statement.table);
    if (statement.kind == Statement::Kind::exists) {
        throw ApiError::validation("EXISTS can only be used in ExecuteTransaction write requests.");
    }
    return statement.is_select() ? select(context, request, statement) : write(context, request, statement);
}

}  // namespace tailrace::partiql
