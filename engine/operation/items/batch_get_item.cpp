#include <array>
#include <set>

#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/model/json_writer.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/distinct_items.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {
namespace {

// Source: API_BatchGetItem.
constexpr std::size_t max_keys = 100;
constexpr std::size_t max_response_bytes = 16 * 1024 * 1024;

constexpr std::array<std::string_view, 1> expressions = {"ProjectionExpression"};

/// The part of the request for one table.
struct TableKeys {
    std::string name;
    const boost::json::object* request = nullptr;
    std::vector<AttributeMap> keys;
    std::optional<expression::Projection> projection;
    table::Consistency consistency = table::Consistency::eventual;
};

void read_keys(TableKeys& table, const boost::json::array& keys, ValueWords words) {
    std::set<std::string> seen;
    for (const auto& each : keys) {
        if (!each.is_object()) continue;
        table.keys.push_back(parse_attribute_map(each.get_object(), words));
        if (!seen.insert(to_json(table.keys.back())).second) {
            throw ApiError::validation(std::string(table::repeated_in_batch));
        }
    }
}

TableKeys read_table(std::string_view name, const Request& request) {
    TableKeys table;
    table.name = name;
    table.request = &request.json();
    validation::check_expressions(request, {.expressions = expressions, .replaced = {}});
    table.projection = lower_attributes_to_get(request);
    auto placeholders = expression::Placeholders::read(request);
    if (const auto text = request.text("ProjectionExpression")) {
        table.projection = expression::Projection::parse(*text, placeholders);
    }
    placeholders.require_all_used();
    read_keys(table, *request.list("Keys"), request.wording().values);
    table.consistency = read_consistency(request);
    return table;
}

std::vector<TableKeys> read_tables(const Request& request) {
    validation::check_batch_get_item(request);
    std::vector<TableKeys> tables;
    std::size_t keys = 0;
    for (const auto& each : *request.map("RequestItems")) {
        if (!each.value().is_object()) continue;
        tables.push_back(read_table(each.key(), request.element(each.value())));
        keys += tables.back().keys.size();
    }
    if (keys > max_keys) throw ApiError::validation("Too many items requested for the BatchGetItem call");
    return tables;
}

/// The items found in one table.
struct TableItems {
    /// Items, as they are stored.
    std::vector<std::string> found;
    /// The indexes of the keys that are left for another request.
    std::vector<std::size_t> unprocessed;
};

struct BatchItems {
    /// In the order of the request.
    std::vector<TableItems> tables;
    RequestCost cost;
    std::optional<boost::json::array> consumed;
};

/// The reads of one batch.
class BatchRead {
  public:
    explicit BatchRead(table::ReadSession& session) : session_(session) {}

    /// Throws the last refusal if everything is refused for lack of throughput. Source: API_BatchGetItem,
    /// which names only ProvisionedThroughputExceededException.
    BatchItems read(const std::vector<TableKeys>& tables, table::ReturnConsumedCapacity wanted) {
        BatchItems items;
        for (const TableKeys& each : tables) {
            items.tables.push_back(read(each));
            items.cost.items_read += items.tables.back().found.size();
        }
        if (!any_admitted_ && refusal_ && refusal_->is_throttling()) throw table::ItemRefused(*refusal_);
        items.cost.items_returned = items.cost.items_read;
        items.cost.capacity_units = consumed_.total();
        items.consumed = consumed_.json(wanted);
        return items;
    }

  private:
    TableItems read(const TableKeys& wanted) {
        const table::TableDefinition& table = session_.table(wanted.name);
        table::ItemReader reader(session_, wanted.consistency);
        table::Capacity capacity;
        TableItems items;
        for (std::size_t i = 0; i < wanted.keys.size(); ++i) {
            auto read = read_if_admitted(reader, table, wanted.keys[i]);
            if (read) any_admitted_ = true;
            if (!read || bytes_ + read->size_bytes() > max_response_bytes) {
                items.unprocessed.push_back(i);
                continue;
            }
            capacity.add(read->capacity());
            bytes_ += read->size_bytes();
            if (read->stored) items.found.push_back(std::move(read->stored->bytes));
        }
        consumed_.add(table, capacity);
        return items;
    }

    /// Returns nothing if a gate refuses the item.
    std::optional<table::ItemRead> read_if_admitted(table::ItemReader& reader,
                                                    const table::TableDefinition& table,
                                                    const AttributeMap& key) {
        try {
            return reader.read(table, key);
        } catch (const table::ItemRefused& refused) {
            refusal_ = refused;
            return std::nullopt;
        }
    }

    table::ReadSession& session_;
    table::ConsumedCapacities consumed_;
    std::size_t bytes_ = 0;
    bool any_admitted_ = false;
    std::optional<table::ItemRefused> refusal_;
};

/// For example "name":[…]
void append_table(std::string& responses, const TableKeys& wanted, const TableItems& items) {
    if (responses.size() > 1) responses.push_back(',');
    append_json_string(responses, wanted.name);
    responses.append(":[");
    for (std::size_t i = 0; i < items.found.size(); ++i) {
        const std::string& item = items.found[i];
        if (i > 0) responses.push_back(',');
        responses.append(wanted.projection ? to_json(wanted.projection->apply(parse_stored_item(item)))
                                           : item);
    }
    responses.push_back(']');
}

boost::json::object unprocessed_keys(const TableKeys& wanted, const TableItems& items) {
    boost::json::array keys;
    for (const std::size_t place : items.unprocessed) keys.push_back(to_json_object(wanted.keys[place]));
    boost::json::object again = *wanted.request;
    again["Keys"] = std::move(keys);
    return again;
}

std::string batch_answer(const std::vector<TableKeys>& tables, const BatchItems& items) {
    std::string responses = "{";
    boost::json::object unprocessed;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        append_table(responses, tables[i], items.tables[i]);
        if (items.tables[i].unprocessed.empty()) continue;
        unprocessed[tables[i].name] = unprocessed_keys(tables[i], items.tables[i]);
    }
    ResponseBody body;
    body.member("Responses", responses.append("}"));
    body.member("UnprocessedKeys", unprocessed);
    if (items.consumed) body.member("ConsumedCapacity", *items.consumed);
    return std::move(body).take();
}

void check_keys(const table::ReadSession& session, const TableKeys& wanted) {
    const table::TableDefinition& table = session.table(wanted.name);
    for (const AttributeMap& key : wanted.keys) table::check_key(table, key);
    if (!wanted.projection) return;
    table::check_key_paths(table, wanted.projection->nested_attribute_names());
}

}  // namespace

std::string batch_get_item(OperationContext& context, const Request& request) {
    const auto tables = read_tables(request);
    const auto wanted = read_return_consumed_capacity(request);

    const BatchItems items = context.read([&](table::ReadSession& session) {
        for (const TableKeys& each : tables) check_keys(session, each);
        return BatchRead(session).read(tables, wanted);
    });
    context.cost = items.cost;
    return batch_answer(tables, items);
}

}  // namespace tailrace::operation
