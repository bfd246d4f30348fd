#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/item_rules.hpp"

namespace tailrace::operation {
namespace {

struct GetItemRequest {
    std::string_view table_name;
    AttributeMap key;
    std::optional<expression::Projection> projection;
    table::Consistency consistency = table::Consistency::eventual;
    table::ReturnConsumedCapacity capacity = table::ReturnConsumedCapacity::none;
};

GetItemRequest read_get(const Request& request) {
    GetItemRequest get;
    get.table_name = request.table_name();
    get.key = request.attributes("Key");
    get.projection = lower_attributes_to_get(request);
    auto placeholders = expression::Placeholders::read(request);
    if (const auto text = request.text("ProjectionExpression")) {
        get.projection = expression::Projection::parse(*text, placeholders);
    }
    placeholders.require_all_used();
    get.consistency = read_consistency(request);
    get.capacity = read_return_consumed_capacity(request);
    return get;
}

}  // namespace

std::string get_item(OperationContext& context, const Request& request) {
    const GetItemRequest get = read_get(request);

    std::optional<boost::json::object> consumed;
    const auto stored = context.read_row([&](table::ReadSession& session) {
        const table::TableDefinition& table = session.table(get.table_name);
        table::check_key(table, get.key);
        if (get.projection) {
            table::check_key_paths(table, get.projection->nested_attribute_names());
        }
        auto found = table::ItemReader(session, get.consistency).read(table, get.key);
        const table::Capacity capacity = found.capacity();
        consumed = consumed_capacity(table, capacity, get.capacity);
        const std::size_t count = found.stored ? 1 : 0;
        context.cost = {.capacity_units = capacity.table, .items_read = count, .items_returned = count};
        return std::move(found.stored);
    });

    ResponseBody body;
    if (stored) {
        body.reserve(stored->bytes.size() + 16);
        body.member("Item", get.projection ? to_json(get.projection->apply(parse_stored_item(stored->bytes)))
                                           : stored->bytes);
    }
    if (consumed) body.member("ConsumedCapacity", *consumed);
    return std::move(body).take();
}

}  // namespace tailrace::operation
