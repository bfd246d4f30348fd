#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/model/request.hpp"

/// Rules for the parameters that expressions have replaced. Each function takes a parameter that has passed
/// check_shape(), and throws ApiError::validation. It is called where AWS reports its faults: after the
/// request's keys and items have been read as attribute values. The rules look at the type of an attribute
/// value, never at its content. May be called from any thread.
namespace tailrace::validation {

/// AttributesToGet must not name an attribute twice.
void check_attributes_to_get(const boost::json::array& names);

/// Expected of PutItem, UpdateItem and DeleteItem: Exists and Value, or ComparisonOperator and its arguments.
void check_expected(const boost::json::object& expected);

/// QueryFilter, ScanFilter or KeyConditions, as the map itself: each operator needs the right number and
/// types of arguments.
void check_conditions(const boost::json::object& conditions);

/// ConditionalOperator requires at least two conditions in the parameter that it joins, `conditions`. AWS
/// reports this after it has checked each of them.
void check_conditional_operator(const Request& request, std::string_view conditions);

/// AttributeUpdates: each action needs a value that it accepts.
void check_attribute_updates(const boost::json::object& updates);

}  // namespace tailrace::validation
