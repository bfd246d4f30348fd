#pragma once

#include <optional>
#include <string_view>

#include "engine/expression/condition.hpp"
#include "engine/expression/key_condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/expression/update.hpp"
#include "engine/model/request.hpp"

/// The parameters that expressions replaced in 2014. They are lowered to the trees that expressions are
/// parsed to, so that no later code has to know them. Each function checks its parameter's own rules, and
/// returns nullopt if the request does not have the parameter. All throw ApiError::validation in AWS's words.
/// Source: "Legacy DynamoDB conditional parameters" in the developer guide.
namespace tailrace::operation {

/// Expected, joined by ConditionalOperator.
std::optional<expression::Condition> lower_expected(const Request& request);

/// QueryFilter or ScanFilter, as `parameter` says, joined by ConditionalOperator.
std::optional<expression::Condition> lower_filter(const Request& request, std::string_view parameter);

/// KeyConditions.
std::optional<expression::KeyCondition> lower_key_conditions(const Request& request);

/// AttributesToGet; `request` may be one table of a BatchGetItem.
std::optional<expression::Projection> lower_attributes_to_get(const Request& request);

/// AttributeUpdates.
std::optional<expression::Update> lower_attribute_updates(const Request& request);

}  // namespace tailrace::operation
