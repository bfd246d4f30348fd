#include "engine/operation/items/write_answer.hpp"

#include "engine/model/api_error.hpp"
#include "engine/operation/items/item_collection_metrics.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {

ReturnValues read_return_values(const boost::json::object& request) {
    const auto wanted = validation::text_member(request, "ReturnValues").value_or("NONE");
    if (wanted == "ALL_OLD") return ReturnValues::all_old;
    if (wanted == "UPDATED_OLD") return ReturnValues::updated_old;
    if (wanted == "ALL_NEW") return ReturnValues::all_new;
    return wanted == "UPDATED_NEW" ? ReturnValues::updated_new : ReturnValues::none;
}

bool returns_old_item(const boost::json::object& request) {
    const ReturnValues wanted = read_return_values(request);
    if (wanted != ReturnValues::none && wanted != ReturnValues::all_old) {
        throw ApiError::validation("ReturnValues can only be ALL_OLD or NONE");
    }
    return wanted == ReturnValues::all_old;
}

bool returns_failed_item(const boost::json::object& request) {
    return validation::text_member(request, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
}

std::optional<expression::Condition> read_condition(const boost::json::object& request,
                                                    expression::Placeholders& placeholders) {
    const auto text = validation::text_member(request, "ConditionExpression");
    if (!text) return lower_expected(request);
    return expression::Condition::parse(*text, expression::ExpressionKind::condition, placeholders);
}

std::optional<expression::Condition> read_only_condition(const boost::json::object& request) {
    auto placeholders = expression::Placeholders::read(request, ValueWords::newer);
    auto condition = read_condition(request, placeholders);
    placeholders.require_all_used();
    return condition;
}

table::ItemImagePtr put_image(AttributeMap item) {
    auto image = std::make_shared<table::ItemImage>(std::move(item));
    if (image->size_bytes > table::max_item_bytes) {
        throw ApiError::validation("Item size has exceeded the maximum allowed size");
    }
    return image;
}

void require_condition_held(const boost::json::object& request, const table::WriteOutcome& outcome) {
    if (outcome.condition_held) return;
    throw ApiError::conditional_check_failed(returns_failed_item(request) ? old_item_json(outcome)
                                                                          : std::string_view());
}

std::string_view old_item_json(const table::WriteOutcome& outcome) {
    return outcome.old_stored ? std::string_view(outcome.old_stored->bytes) : std::string_view();
}

std::string write_answer(const boost::json::object& request, const WrittenItem& written,
                         std::string_view attributes_json) {
    ResponseBody body;
    if (!attributes_json.empty()) body.member("Attributes", attributes_json);
    const table::TableDefinition& definition = written.table.definition;
    const auto wanted = table::read_return_consumed_capacity(request);
    if (wanted != table::ReturnConsumedCapacity::none) {
        body.member("ConsumedCapacity", table::consumed_capacity_json(definition, written.capacity, wanted));
    }
    if (returns_item_collection_metrics(request) && definition.has_local_indexes()) {
        body.member("ItemCollectionMetrics", item_collection_metrics(definition, written.key));
    }
    return std::move(body).take();
}

}  // namespace tailrace::operation
