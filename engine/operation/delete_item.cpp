#include "engine/model/attribute_json.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/write_answer.hpp"
#include "engine/table/item_rules.hpp"
#include "engine/table/row_key.hpp"

namespace tailrace::operation {

std::string delete_item(OperationContext& context, const boost::json::object& request) {
    expression::Placeholders::require_expressions(request,
                                                  std::array<std::string_view, 1>{"ConditionExpression"});
    const AttributeMap key = parse_attribute_map(request.at("Key").as_object());
    auto placeholders = expression::Placeholders::read(request);
    const auto condition = read_condition(request, placeholders);
    placeholders.require_all_used();
    const bool returns_old = read_return_values(request) == ReturnValues::all_old;
    const bool failed_item = returns_failed_item(request);
    const table::DeleteStep step;

    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        table::check_key(table.definition, key);
        const auto outcome =
            table::ItemWriter(session).write({table, table::base_row_key(table.definition, key), step,
                                              condition ? &*condition : nullptr, returns_old || failed_item});
        require_condition_held(outcome, failed_item);
        return write_answer(request, table, outcome,
                            returns_old && outcome.old_item ? to_json(*outcome.old_item) : std::string());
    });
}

}  // namespace tailrace::operation
