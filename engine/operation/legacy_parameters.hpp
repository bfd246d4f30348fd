#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "engine/expression/condition.hpp"
#include "engine/expression/key_condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/expression/update.hpp"
#include "engine/model/value_words.hpp"

/// The parameters that expressions replaced in 2014, lowered to the trees that expressions are parsed to, so
/// that nothing behind the request knows of them. Each checks its parameter's own rules and answers nothing
/// when the request does not have it. All throw ApiError::validation in AWS's words.
/// Source: "Legacy DynamoDB conditional parameters" in the developer guide.
namespace tailrace::operation {

/// Expected, joined by ConditionalOperator.
std::optional<expression::Condition> lower_expected(const boost::json::object& request);

/// QueryFilter or ScanFilter, whichever `parameter` is, joined by ConditionalOperator. The two operations
/// read their values in different ways.
std::optional<expression::Condition> lower_filter(const boost::json::object& request,
                                                  std::string_view parameter, ValueWords words);

/// KeyConditions.
std::optional<expression::KeyCondition> lower_key_conditions(const boost::json::object& request);

/// AttributesToGet; `request` may be one table of a BatchGetItem.
std::optional<expression::Projection> lower_attributes_to_get(const boost::json::object& request);

/// AttributeUpdates.
std::optional<expression::Update> lower_attribute_updates(const boost::json::object& request);

}  // namespace tailrace::operation
