#pragma once

#include <boost/json.hpp>
#include <string>

#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {

/// A value as AWS shows it in "Value '…' at …", which is Java's way: text as it is, [a, b], {key=value}, and
/// a structure as Name(member=value, other=null); or as JSON where the shape says so.
std::string value_text(const Shape& shape, const boost::json::value& value);

/// "ProvisionedThroughput" to "provisionedThroughput", as AWS writes members in paths.
std::string lower_first(std::string_view name);

}  // namespace tailrace::validation
