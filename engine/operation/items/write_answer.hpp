#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/expression/condition.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::operation {

/// ReturnValues of the three operations that write one item.
enum class ReturnValues { none, all_old, updated_old, all_new, updated_new };

ReturnValues read_return_values(const boost::json::object& request);

/// Whether PutItem or DeleteItem is to return the old item. Throws ApiError::validation for the values that
/// are UpdateItem's alone.
bool returns_old_item(const boost::json::object& request);

/// Whether ReturnValuesOnConditionCheckFailure asks for the item that failed the condition.
bool returns_failed_item(const boost::json::object& request);

/// The request's ConditionExpression, bound, or its Expected.
std::optional<expression::Condition> read_condition(const boost::json::object& request,
                                                    expression::Placeholders& placeholders);

/// The same, in an operation that has no other expression.
std::optional<expression::Condition> read_only_condition(const boost::json::object& request);

/// The image of an item that is put. Throws ApiError::validation when it is too large.
table::ItemImagePtr put_image(AttributeMap item);

/// Ends the request with ConditionalCheckFailedException when the condition did not hold.
void require_condition_held(const boost::json::object& request, const table::WriteOutcome& outcome);

/// The old item in wire JSON; empty when there was none.
std::string_view old_item_json(const table::WriteOutcome& outcome);

/// One write as an answer speaks of it.
struct WrittenItem {
    const table::Table& table;
    /// The item or its key.
    const AttributeMap& key;
    const table::Capacity& capacity;
};

/// The answer to a request that wrote one item: Attributes (when `attributes_json` is not empty),
/// ConsumedCapacity and ItemCollectionMetrics.
std::string write_answer(const boost::json::object& request, const WrittenItem& written,
                         std::string_view attributes_json);

}  // namespace tailrace::operation
