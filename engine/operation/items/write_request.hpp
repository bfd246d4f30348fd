#pragma once

#include <cstdint>
#include <optional>

#include "engine/expression/condition.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/model/request.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::operation {

/// ReturnValues of the three operations that write one item.
enum class ReturnValues : std::uint8_t { none, all_old, updated_old, all_new, updated_new };

ReturnValues read_return_values(const Request& request);

/// True if PutItem or DeleteItem should return the old item. Throws ApiError::validation for the values that
/// only UpdateItem accepts.
bool returns_old_item(const Request& request);

/// True if ReturnValuesOnConditionCheckFailure requests the item that failed the condition.
bool returns_failed_item(const Request& request);

/// The additional information that a write request asks for: ReturnConsumedCapacity,
/// ReturnItemCollectionMetrics and ReturnValuesOnConditionCheckFailure.
struct WriteReport {
    table::ReturnConsumedCapacity capacity = table::ReturnConsumedCapacity::none;
    bool metrics = false;
    bool failed_item = false;

    static WriteReport read(const Request& request);
};

/// The condition of the request, bound: ConditionExpression or Expected.
std::optional<expression::Condition> read_condition(const Request& request,
                                                    expression::Placeholders& placeholders);
/// The same for a request without other expressions, in which every placeholder must be used by the
/// condition.
std::optional<expression::Condition> read_condition(const Request& request);

/// The image of an item to be put. Throws ApiError::validation if the item is too large.
table::ItemImagePtr put_image(AttributeMap item);
table::ItemImagePtr put_image(ItemJson item);

}  // namespace tailrace::operation
