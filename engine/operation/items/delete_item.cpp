#include "engine/model/attribute_json.hpp"
#include "engine/operation/items/write_answer.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/validation/detected_fault.hpp"
#include "engine/validation/parameter_rules.hpp"

namespace tailrace::operation {
namespace {

struct DeleteRequest {
    AttributeMap key;
    bool returns_old;
    std::optional<expression::Condition> condition;
};

DeleteRequest read_delete(const boost::json::object& request) {
    validation::check_delete_item(request);
    expression::Placeholders::require_expressions(request,
                                                  std::array<std::string_view, 1>{"ConditionExpression"},
                                                  expression::Placeholders::Missing::unnamed);
    AttributeMap key = parse_attribute_map(request.at("Key").as_object(), ValueWords::newer);
    const bool returns_old = returns_old_item(request);
    return {std::move(key), returns_old, read_only_condition(request)};
}

}  // namespace

std::string delete_item(OperationContext& context, const boost::json::object& request) {
    const DeleteRequest wanted = validation::detecting([&] { return read_delete(request); });
    const table::DeleteStep step;

    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        table::check_key(table.definition, wanted.key);
        const auto outcome =
            table::ItemWriter(session).write({table, table::base_row_key(table.definition, wanted.key), &step,
                                              wanted.condition ? &*wanted.condition : nullptr});
        require_condition_held(request, outcome);
        return write_answer(request, {table, wanted.key, outcome.capacity},
                            wanted.returns_old ? old_item_json(outcome) : std::string_view());
    });
}

}  // namespace tailrace::operation
