#include "engine/expression/placeholders.hpp"
#include "engine/expression/projection.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/capacity.hpp"
#include "engine/table/items/item_reader.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/validation/parameter_rules.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {

std::string get_item(OperationContext& context, const boost::json::object& request) {
    validation::check_get_item(request);
    expression::Placeholders::require_expressions(request,
                                                  std::array<std::string_view, 1>{"ProjectionExpression"});
    const AttributeMap key = parse_attribute_map(request.at("Key").as_object(), ValueWords::newer);
    auto projection = lower_attributes_to_get(request);
    auto placeholders = expression::Placeholders::read(request);
    if (const auto text = validation::text_member(request, "ProjectionExpression")) {
        projection = expression::Projection::parse(*text, placeholders);
    }
    placeholders.require_all_used();
    const auto consistency = validation::boolean_member(request, "ConsistentRead").value_or(false)
                                 ? table::Consistency::strong
                                 : table::Consistency::eventual;
    const auto wanted = table::read_return_consumed_capacity(request);

    boost::json::object consumed;
    const auto stored = context.database.read([&](table::ReadSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        table::check_key(table.definition, key);
        if (projection) table::check_key_paths(table.definition, projection->nested_attribute_names());
        auto found = table::ItemReader(session, consistency).read(table, key);
        if (wanted != table::ReturnConsumedCapacity::none) {
            consumed = table::consumed_capacity_json(table.definition, found.capacity(), wanted);
        }
        return std::move(found.stored);
    });

    ResponseBody body;
    if (stored) {
        body.reserve(stored->bytes.size() + 16);
        body.member("Item", projection ? to_json(projection->apply(parse_stored_item(stored->bytes)))
                                       : stored->bytes);
    }
    if (wanted != table::ReturnConsumedCapacity::none) body.member("ConsumedCapacity", consumed);
    return std::move(body).take();
}

}  // namespace tailrace::operation
