#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/expression/condition.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/table/item_writer.hpp"

namespace tailrace::operation {

/// ReturnValues of the three operations that write one item.
enum class ReturnValues { none, all_old, updated_old, all_new, updated_new };

ReturnValues read_return_values(const boost::json::object& request);

/// Whether ReturnValuesOnConditionCheckFailure asks for the item that failed the condition.
bool returns_failed_item(const boost::json::object& request);

/// The request's ConditionExpression, bound.
std::optional<expression::Condition> read_condition(const boost::json::object& request,
                                                    expression::Placeholders& placeholders);

/// Ends the request with ConditionalCheckFailedException when the condition did not hold.
void require_condition_held(const table::WriteOutcome& outcome, bool with_item);

/// The response of a write of one item: Attributes (when `attributes_json` is not empty) and
/// ConsumedCapacity.
std::string write_answer(const boost::json::object& request, const table::Table& table,
                         const table::WriteOutcome& outcome, std::string_view attributes_json);

}  // namespace tailrace::operation
