#include <array>
#include <set>

#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacities.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {
namespace {

// Source: API_BatchGetItem.
constexpr std::size_t max_keys = 100;
constexpr std::size_t max_response_bytes = 16 * 1024 * 1024;

constexpr std::array<std::string_view, 1> expressions = {"ProjectionExpression"};

/// What is asked of one table.
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
            throw ApiError::validation("Provided list of item keys contains duplicates");
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

/// The answer while it is put together, table by table.
class BatchAnswer {
  public:
    void read(table::ReadSession& session, const TableKeys& wanted) {
        const table::Table& table = session.table(wanted.name);
        std::string items = "[";
        boost::json::array unprocessed;
        table::ItemReader reader(session, wanted.consistency);
        table::Capacity capacity;
        for (std::size_t i = 0; i < wanted.keys.size(); ++i) {
            const table::ItemRead read = reader.read(table, wanted.keys[i]);
            if (bytes_ + read.size_bytes() > max_response_bytes) {
                unprocessed.push_back(to_json_object(wanted.keys[i]));
                continue;
            }
            capacity.add(read.capacity());
            if (!read.stored) continue;
            bytes_ += read.size_bytes();
            if (items.size() > 1) items.push_back(',');
            items.append(wanted.projection
                             ? to_json(wanted.projection->apply(parse_stored_item(read.stored->bytes)))
                             : read.stored->bytes);
        }
        consumed_.add(table, capacity);
        responses_.append(responses_.size() > 1 ? "," : "");
        append_json_string(responses_, wanted.name);
        responses_.append(":").append(items).append("]");
        if (unprocessed.empty()) return;
        boost::json::object again = *wanted.request;
        again["Keys"] = std::move(unprocessed);
        unprocessed_[wanted.name] = std::move(again);
    }

    std::string take(table::ReturnConsumedCapacity wanted) {
        ResponseBody body;
        body.member("Responses", responses_.append("}"));
        body.member("UnprocessedKeys", unprocessed_);
        if (wanted != table::ReturnConsumedCapacity::none)
            body.member("ConsumedCapacity", consumed_.json(wanted));
        return std::move(body).take();
    }

  private:
    std::string responses_ = "{";
    boost::json::object unprocessed_;
    ConsumedCapacities consumed_;
    std::size_t bytes_ = 0;
};

void check_keys(const table::ReadSession& session, const TableKeys& wanted) {
    const table::Table& table = session.table(wanted.name);
    for (const AttributeMap& key : wanted.keys) table::check_key(table.definition, key);
    if (!wanted.projection) return;
    table::check_key_paths(table.definition, wanted.projection->nested_attribute_names());
}

}  // namespace

std::string batch_get_item(OperationContext& context, const Request& request) {
    const auto tables = read_tables(request);
    const auto wanted = read_return_consumed_capacity(request);

    return context.database.read([&](table::ReadSession& session) {
        for (const TableKeys& each : tables) check_keys(session, each);
        BatchAnswer answer;
        for (const TableKeys& each : tables) answer.read(session, each);
        return answer.take(wanted);
    });
}

}  // namespace tailrace::operation
