#include <array>
#include <set>

#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacities.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/transactions/cancellation_reasons.hpp"
#include "engine/operation/transactions/transact_member.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/row_key.hpp"
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

void check_gets(const table::ReadSession& session, const std::vector<TransactGet>& gets) {
    CancellationReasons reasons(gets.size());
    std::set<std::pair<const table::TableDefinition*, std::string>> rows;
    std::size_t checked = 0;
    for (std::size_t i = 0; i < gets.size(); ++i) {
        const table::TableDefinition& table = session.table(gets[i].table_name);
        reasons.guard(i, [&] {
            table::check_key(table, gets[i].key);
            std::string row = table::base_row_key(table, gets[i].key);
            const bool conflicts = session.in_transaction(table, row);
            rows.emplace(&table, std::move(row));
            ++checked;
            if (conflicts) throw ApiError::transaction_conflict();
        });
    }
    if (rows.size() < checked) {
        throw ApiError::validation("Transaction request cannot include multiple operations on one item");
    }
    reasons.require_none();
}

/// The items found for the Gets.
struct FoundItems {
    /// Items as they are stored.
    std::vector<std::optional<std::string>> items;
    std::optional<boost::json::array> consumed;
};

FoundItems read_items(table::ReadSession& session, const std::vector<TransactGet>& gets,
                      table::ReturnConsumedCapacity wanted) {
    table::ItemReader reader(session, table::Consistency::transactional);
    FoundItems found;
    ConsumedCapacities consumed;
    std::size_t size_bytes = 0;
    for (const TransactGet& get : gets) {
        const table::TableDefinition& table = session.table(get.table_name);
        table::ItemRead read = reader.read(table, get.key);
        consumed.add(table, read.capacity());
        size_bytes += read.size_bytes() + item_size_bytes(get.key);
        std::optional<std::string>& item = found.items.emplace_back();
        if (read.stored) item = std::move(read.stored->bytes);
    }
    require_response_size(size_bytes);
    found.consumed = consumed.json(wanted, table::CapacityDetail::with_read_units);
    return found;
}

/// A stored item as the response shows it; empty if the projection leaves nothing of it.
std::string shown(const std::optional<expression::Projection>& projection, const std::string& item) {
    if (!projection) return item;
    const AttributeMap attributes = projection->apply(parse_stored_item(item));
    return attributes.empty() ? std::string() : to_json(attributes);
}

/// The Responses, each with the Item that was found. Unlike in other reads, an item is not shown if the
/// projection leaves nothing of it. Source: the observations of AWS in paritysuite/dynamodb-conformance,
/// October 2026.
std::string responses_json(const std::vector<TransactGet>& gets, const FoundItems& found) {
    std::string responses;
    for (std::size_t i = 0; i < gets.size(); ++i) {
        ResponseBody response;
        if (found.items[i]) {
            const std::string item = shown(gets[i].projection, *found.items[i]);
            if (!item.empty()) response.member("Item", item);
        }
        responses.append(i > 0 ? "," : "").append(std::move(response).take());
    }
    return responses;
}

}  // namespace

std::string transact_get_items(OperationContext& context, const Request& request) {
    const std::vector<TransactGet> gets = read_gets(request);
    const auto wanted = read_return_consumed_capacity(request);

    const FoundItems found = context.database.read([&](table::ReadSession& session) {
        check_gets(session, gets);
        return read_items(session, gets, wanted);
    });

    ResponseBody body;
    body.list("Responses", responses_json(gets, found));
    if (found.consumed) body.member("ConsumedCapacity", *found.consumed);
    return std::move(body).take();
}

}  // namespace tailrace::operation
