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

/// Whether PutItem or DeleteItem is to return the old item. Throws ApiError::validation for the values that
/// are UpdateItem's alone.
bool returns_old_item(const Request& request);

/// Whether ReturnValuesOnConditionCheckFailure asks for the item that failed the condition.
bool returns_failed_item(const Request& request);

/// What a request that writes wants to be told besides: ReturnConsumedCapacity, ReturnItemCollectionMetrics
/// and ReturnValuesOnConditionCheckFailure.
struct WriteReport {
    table::ReturnConsumedCapacity capacity = table::ReturnConsumedCapacity::none;
    bool metrics = false;
    bool failed_item = false;

    static WriteReport read(const Request& request);
};

/// The request's ConditionExpression, bound, or its Expected.
std::optional<expression::Condition> read_condition(const Request& request,
                                                    expression::Placeholders& placeholders);
/// The same of a request that has no other expression, and so no use for other placeholders.
std::optional<expression::Condition> read_condition(const Request& request);

/// The image of an item that is put. Throws ApiError::validation when it is too large.
table::ItemImagePtr put_image(AttributeMap item);

}  // namespace tailrace::operation
