#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace tailrace::validation {

/// Checks a request against what AWS's model says of its shape, as the first thing done with it.
///
/// Throws, in this order: ApiError::serialization for the first member, in the order of the request, whose
/// JSON type is wrong; ApiError::validation for a table name that is missing or malformed; and
/// ApiError::validation that lists every other constraint that does not hold ("2 validation errors detected:
/// …; …", at most ten). Unknown members are ignored and null stands for an absent member.
///
/// After it returns, every member that the model knows is null or has the JSON type of its shape, at every
/// depth, and required members are there. Two are wider than their name, as AWS takes them: a Boolean may be
/// a string ("true", "yes", "1", "false", "no", "0" in any case) and an Integer or Long any JSON number. Read
/// them with engine/model/request.hpp.
///
/// `operation` is a name of DynamoDB's or DynamoDB Streams' API ("PutItem"); of another one nothing is
/// checked. Does not allocate when all is well. May be called from any thread.
void check_shape(std::string_view operation, const boost::json::object& request);

}  // namespace tailrace::validation
