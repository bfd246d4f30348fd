#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {

/// Whether the value keeps what its own shape asks of it: bounds, pattern, set of values, form of a table's
/// name. Says nothing of its members. Never allocates.
bool constraints_hold(const Shape& shape, const boost::json::value& value);
bool constraints_hold(const Shape& shape, std::string_view text);

/// Whether the text is an ARN in place of a table's name, but not one of a table. Constraints do not hold
/// then.
bool is_other_arn(const Shape& shape, std::string_view text);

/// Whether it is a text, a map or a structure without contents.
bool is_empty(const boost::json::value& value);

/// "Member must …" for each constraint of its own shape that the value breaks, in AWS's order.
std::vector<std::string> broken_constraints(const Shape& shape, const boost::json::value& value);

/// "[Member must …, Member must …]": every constraint of a shape, as AWS lists them where the elements of a
/// list, the keys or the values of a map are at fault.
std::string listed_constraints(const Shape& shape);

}  // namespace tailrace::validation
