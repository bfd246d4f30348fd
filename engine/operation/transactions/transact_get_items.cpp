#include <algorithm>
#include <array>

#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/transactions/transact_member.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/table/transactions/cancellation_reasons.hpp"
#include "engine/table/transactions/read_transaction.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {
namespace {

/// One Get, parsed and bound. Refers to the request.
struct TransactGet {
    std::string_view table_name;
    AttributeMap key;
    std::optional<expression::Projection> projection;
};

constexpr std::array<std::string_view, 1> expressions = {"ProjectionExpression"};

TransactGet read_get(const Request& content) {
    TransactGet get;
    get.table_name = content.table_name();
    get.key = content.attributes("Key");
    validation::check_expressions(content, {.expressions = expressions, .replaced = {}});
    auto placeholders = expression::Placeholders::read(content);
    if (const auto text = content.text("ProjectionExpression")) {
        get.projection = expression::Projection::parse(*text, placeholders);
    }
    placeholders.require_all_used();
    return get;
}

std::vector<TransactGet> read_gets(const Request& request) {
    std::vector<TransactGet> gets;
    for (const auto& each : *request.list("TransactItems")) {
        gets.push_back(read_get(*request.element(each).structure("Get")));
    }
    return gets;
}

table::ReadTransaction plan(table::ReadSession& session, const std::vector<TransactGet>& gets) {
    table::ReadTransaction transaction(session);
    table::CancellationReasons reasons(gets.size(), table::EmptyKey::ends_request);
    for (std::size_t i = 0; i < gets.size(); ++i) {
        const table::TableDefinition& table = session.table(gets[i].table_name);
        reasons.guard(i, [&] {
            table::check_key(table, gets[i].key);
            transaction.add(table, table::base_row_key(table, gets[i].key));
        });
    }
    transaction.require_distinct();
    reasons.require_none();
    return transaction;
}

/// The items that were found, and the cost as the answer reports it.
struct GetsReport {
    std::vector<std::optional<std::string>> items;
    double capacity_units = 0;
    std::optional<boost::json::array> consumed;
};

GetsReport read_items(table::ReadSession& session, const std::vector<TransactGet>& gets,
                      table::ReturnConsumedCapacity wanted) {
    table::FoundItems found = plan(session, gets).read();
    for (const TransactGet& get : gets) found.size_bytes += item_size_bytes(get.key);
    require_response_size(found.size_bytes);
    return {std::move(found.items), found.consumed.total(),
            found.consumed.json(wanted, table::CapacityDetail::with_read_units)};
}

/// A stored item as the response shows it. Empty if the projection leaves nothing of it: the response then
/// has no Item, unlike in other reads. Source: the observations of AWS in paritysuite/dynamodb-conformance,
/// October 2026.
std::string shown(const std::optional<expression::Projection>& projection, const std::string& item) {
    if (!projection) return item;
    const AttributeMap attributes = projection->apply(parse_stored_item(item));
    return attributes.empty() ? std::string() : to_json(attributes);
}

}  // namespace

std::string transact_get_items(OperationContext& context, const Request& request) {
    const std::vector<TransactGet> gets = read_gets(request);
    const auto wanted = read_return_consumed_capacity(request);

    const GetsReport found =
        context.read([&](table::ReadSession& session) { return read_items(session, gets, wanted); });

    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(found.items, [](const auto& item) { return item.has_value(); }));
    context.cost = {.capacity_units = found.capacity_units, .items_read = count, .items_returned = count};
    ResponseBody body;
    body.list("Responses", item_responses(found.items, [&](std::size_t place, const std::string& stored) {
                  return shown(gets[place].projection, stored);
              }));
    if (found.consumed) body.member("ConsumedCapacity", *found.consumed);
    return std::move(body).take();
}

}  // namespace tailrace::operation
