#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {

/// True if the value satisfies the constraints of its own shape: bounds, pattern, allowed values, the form of
/// a table's name. Does not check its members. Allocates only for a pattern of several segments, as matches()
/// does.
bool constraints_hold(const Shape& shape, const boost::json::value& value);
bool constraints_hold(const Shape& shape, std::string_view text);

/// True if the text is an ARN where a table's name is expected, but not the ARN of a table.
/// constraints_hold() then returns false.
bool is_other_arn(const Shape& shape, std::string_view text);

/// True if a table may have this name.
bool is_table_name(std::string_view text);

/// True for an empty text, map or structure.
bool is_empty(const boost::json::value& value);

/// "Member must …" for each constraint of its own shape that the value breaks, in AWS's order.
std::vector<std::string> broken_constraints(const Shape& shape, const boost::json::value& value);

/// "[Member must …, Member must …]": every constraint of a shape, as AWS lists them for a fault in the
/// elements of a list or in the keys or values of a map.
std::string listed_constraints(const Shape& shape);

}  // namespace tailrace::validation
