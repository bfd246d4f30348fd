#include "engine/model/attribute_json.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/write_answer.hpp"
#include "engine/table/item_rules.hpp"
#include "engine/table/row_key.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {

std::string delete_item(OperationContext& context, const boost::json::object& request) {
    validation::check_delete_item(request);
    expression::Placeholders::require_expressions(request,
                                                  std::array<std::string_view, 1>{"ConditionExpression"});
    const AttributeMap key = parse_attribute_map(request.at("Key").as_object(), ValueWords::newer);
    const bool returns_old = returns_old_item(request);
    auto placeholders = expression::Placeholders::read(request, ValueWords::newer);
    const auto condition = read_condition(request, placeholders);
    placeholders.require_all_used();
    const table::DeleteStep step;

    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        table::check_key(table.definition, key);
        const auto outcome = table::ItemWriter(session).write(
            {table, table::base_row_key(table.definition, key), &step, condition ? &*condition : nullptr});
        require_condition_held(request, outcome);
        return write_answer(request, {table, key, outcome.capacity},
                            returns_old ? old_item_json(outcome) : std::string_view());
    });
}

}  // namespace tailrace::operation
