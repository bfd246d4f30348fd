#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {

/// Checks a request against its shape in AWS's model. This is the first check of a request.
///
/// Throws, in this order: ApiError::serialization for the first member, in the order of the request, whose
/// JSON type is wrong; ApiError::validation for a missing or malformed table name; and ApiError::validation
/// with a list of every other broken constraint ("2 validation errors detected: …; …", at most ten). Unknown
/// members are ignored, and a null member counts as absent.
///
/// After it returns, every member that the model knows is null or has the JSON type of its shape, at every
/// depth, and the required members are present. Two types are wider than their names, as on AWS: a Boolean
/// may be a string ("true", "yes", "1", "false", "no", "0" in any case), and an Integer or Long may be any
/// JSON number. Read them with engine/model/request.hpp.
///
/// `operation` is the name of an operation of DynamoDB or DynamoDB Streams ("PutItem"); for other names
/// nothing is checked. Does not allocate if there is no fault, except for the few patterns of several
/// segments. May be called from any thread.
void check_shape(std::string_view operation, const boost::json::object& request);
/// The same for the request of another service, whose tables of shapes are its own.
void check_shape(const Shape& input, const boost::json::object& request);

}  // namespace tailrace::validation
