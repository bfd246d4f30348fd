#include "engine/model/attribute_json.hpp"
#include "engine/operation/items/update_step.hpp"
#include "engine/operation/items/write_answer.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/validation/detected_fault.hpp"
#include "engine/validation/parameter_rules.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

std::string json_unless_empty(const AttributeMap& attributes) {
    return attributes.empty() ? std::string() : to_json(attributes);
}

/// The Attributes that ReturnValues asks for, empty when there are none.
std::string returned_attributes(ReturnValues wanted, const table::WriteOutcome& outcome,
                                const expression::Update* update) {
    const auto touched = [&](const AttributeMap& item) {
        return update == nullptr ? std::string() : json_unless_empty(update->touched(item));
    };
    switch (wanted) {
        case ReturnValues::none:
            return {};
        case ReturnValues::all_old:
            return std::string(old_item_json(outcome));
        case ReturnValues::updated_old:
            return outcome.old_item ? touched(*outcome.old_item) : std::string();
        case ReturnValues::all_new:
            return outcome.new_image ? outcome.new_image->json : std::string();
        case ReturnValues::updated_new:
            return outcome.new_image ? touched(outcome.new_image->item) : std::string();
    }
    return {};
}

}  // namespace

std::string update_item(OperationContext& context, const boost::json::object& request) {
    validation::check_update_item(request);
    expression::Placeholders::require_expressions(
        request, std::array<std::string_view, 2>{"UpdateExpression", "ConditionExpression"});
    using validation::detecting;
    const AttributeMap key =
        detecting([&] { return parse_attribute_map(request.at("Key").as_object(), ValueWords::newer); });
    auto placeholders = detecting([&] { return expression::Placeholders::read(request, ValueWords::newer); });
    std::optional<expression::Update> update;
    if (const auto text = validation::text_member(request, "UpdateExpression")) {
        update = expression::Update::parse(*text, placeholders);
    } else {
        update = detecting([&] { return lower_attribute_updates(request); });
    }
    const auto condition = detecting([&] { return read_condition(request, placeholders); });
    placeholders.require_all_used();
    const expression::Update* const given = update ? &*update : nullptr;

    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        table::check_key(table.definition, key);
        if (update) table::check_update(table.definition, *update);
        const UpdateStep step(table.definition, key, given);
        const auto outcome = table::ItemWriter(session).write(
            {table, table::base_row_key(table.definition, key), &step, condition ? &*condition : nullptr});
        require_condition_held(request, outcome);
        return write_answer(request, {table, key, outcome.capacity},
                            returned_attributes(read_return_values(request), outcome, given));
    });
}

}  // namespace tailrace::operation
