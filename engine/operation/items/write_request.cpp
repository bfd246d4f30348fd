#include "engine/operation/items/write_request.hpp"

#include "engine/model/api_error.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/legacy_parameters.hpp"
#include "engine/table/items/item_rules.hpp"

namespace tailrace::operation {
namespace {

table::ItemImagePtr with_allowed_size(table::ItemImagePtr image) {
    if (image->size_bytes > table::max_item_bytes) {
        throw ApiError::validation("Item size has exceeded the maximum allowed size");
    }
    return image;
}

}  // namespace

ReturnValues read_return_values(const Request& request) {
    const auto wanted = request.text("ReturnValues").value_or("NONE");
    if (wanted == "ALL_OLD") return ReturnValues::all_old;
    if (wanted == "UPDATED_OLD") return ReturnValues::updated_old;
    if (wanted == "ALL_NEW") return ReturnValues::all_new;
    return wanted == "UPDATED_NEW" ? ReturnValues::updated_new : ReturnValues::none;
}

bool returns_old_item(const Request& request) {
    const ReturnValues wanted = read_return_values(request);
    if (wanted != ReturnValues::none && wanted != ReturnValues::all_old) {
        throw ApiError::validation("ReturnValues can only be ALL_OLD or NONE");
    }
    return wanted == ReturnValues::all_old;
}

bool returns_failed_item(const Request& request) {
    return request.text("ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
}

WriteReport WriteReport::read(const Request& request) {
    return {read_return_consumed_capacity(request), request.text("ReturnItemCollectionMetrics") == "SIZE",
            returns_failed_item(request)};
}

std::optional<expression::Condition> read_condition(const Request& request,
                                                    expression::Placeholders& placeholders) {
    const auto text = request.text("ConditionExpression");
    if (!text) return lower_expected(request);
    return expression::Condition::parse(*text, expression::ExpressionKind::condition, placeholders);
}

std::optional<expression::Condition> read_condition(const Request& request) {
    auto placeholders = expression::Placeholders::read(request);
    auto condition = read_condition(request, placeholders);
    placeholders.require_all_used();
    return condition;
}

table::ItemImagePtr put_image(AttributeMap item) {
    return with_allowed_size(std::make_shared<const table::ItemImage>(std::move(item)));
}

table::ItemImagePtr put_image(ItemJson item) {
    return with_allowed_size(std::make_shared<const table::ItemImage>(std::move(item)));
}

}  // namespace tailrace::operation
