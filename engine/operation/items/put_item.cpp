#include "engine/model/attribute_json.hpp"
#include "engine/operation/items/write_answer.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/validation/detected_fault.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {

std::string put_item(OperationContext& context, const boost::json::object& request) {
    validation::check_put_item(request);
    expression::Placeholders::require_expressions(request,
                                                  std::array<std::string_view, 1>{"ConditionExpression"});
    AttributeMap item = validation::detecting<ValueFault>([&] {
        return parse_attribute_map(request.at("Item").as_object(), ValueWords::newer_with_plain_texts);
    });
    const bool returns_old = validation::detecting([&] { return returns_old_item(request); });
    const table::ItemImagePtr image = put_image(std::move(item));
    const auto condition = validation::detecting([&] { return read_only_condition(request); });
    const table::PutStep step(image);

    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        table::check_item(table.definition, image->item);
        const auto outcome =
            table::ItemWriter(session).write({table, table::base_row_key(table.definition, image->item),
                                              &step, condition ? &*condition : nullptr});
        require_condition_held(request, outcome);
        return write_answer(request, {table, image->item, outcome.capacity},
                            returns_old ? old_item_json(outcome) : std::string_view());
    });
}

}  // namespace tailrace::operation
