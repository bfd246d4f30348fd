#include "engine/operation/write_answer.hpp"

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {

ReturnValues read_return_values(const boost::json::object& request) {
    const auto wanted = validation::text_member(request, "ReturnValues").value_or("NONE");
    if (wanted == "ALL_OLD") return ReturnValues::all_old;
    if (wanted == "UPDATED_OLD") return ReturnValues::updated_old;
    if (wanted == "ALL_NEW") return ReturnValues::all_new;
    return wanted == "UPDATED_NEW" ? ReturnValues::updated_new : ReturnValues::none;
}

bool returns_failed_item(const boost::json::object& request) {
    return validation::text_member(request, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
}

std::optional<expression::Condition> read_condition(const boost::json::object& request,
                                                    expression::Placeholders& placeholders) {
    const auto text = validation::text_member(request, "ConditionExpression");
    if (!text) return std::nullopt;
    return expression::Condition::parse(*text, expression::ExpressionKind::condition, placeholders);
}

void require_condition_held(const table::WriteOutcome& outcome, bool with_item) {
    if (outcome.condition_held) return;
    throw ApiError::conditional_check_failed(with_item && outcome.old_item ? to_json(*outcome.old_item)
                                                                           : std::string());
}

std::string write_answer(const boost::json::object& request, const table::Table& table,
                         const table::WriteOutcome& outcome, std::string_view attributes_json) {
    ResponseBody body;
    if (!attributes_json.empty()) body.member("Attributes", attributes_json);
    const auto wanted = table::read_return_consumed_capacity(request);
    if (wanted != table::ReturnConsumedCapacity::none) {
        body.member("ConsumedCapacity",
                    table::consumed_capacity_json(table.definition, outcome.capacity, wanted));
    }
    return std::move(body).take();
}

}  // namespace tailrace::operation
