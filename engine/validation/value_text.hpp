#pragma once

#include <boost/json.hpp>
#include <string>

#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {

/// A value as AWS shows it in "Value '…' at …", in Java's notation: text unchanged, [a, b], {key=value}, and
/// a structure as Name(member=value, other=null); or as JSON if the shape says so.
std::string value_text(const Shape& shape, const boost::json::value& value);

/// "ProvisionedThroughput" to "provisionedThroughput", the form in which AWS writes members in paths.
std::string lower_first(std::string_view name);

}  // namespace tailrace::validation
