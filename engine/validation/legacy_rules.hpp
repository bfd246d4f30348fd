#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/model/request.hpp"

/// Rules for the parameters that expressions have replaced. Each takes what has passed check_shape(), throws
/// ApiError::validation, and is called where AWS reports it: after the request's keys and items have been
/// read as attribute values. They look at the type of an attribute value, never at what it says. May be
/// called from any thread.
namespace tailrace::validation {

/// AttributesToGet, which names no attribute twice.
void check_attributes_to_get(const boost::json::array& names);

/// Expected of PutItem, UpdateItem and DeleteItem: Exists and Value, or ComparisonOperator and its arguments.
void check_expected(const boost::json::object& expected);

/// QueryFilter, ScanFilter or KeyConditions, as the map itself: each operator with the number and the types
/// of arguments it takes.
void check_conditions(const boost::json::object& conditions);

/// ConditionalOperator stands beside at least two conditions of the parameter that it joins, `conditions`.
/// AWS says so after it has looked at each of them.
void check_conditional_operator(const Request& request, std::string_view conditions);

/// AttributeUpdates: each action with a value it can take.
void check_attribute_updates(const boost::json::object& updates);

}  // namespace tailrace::validation
