#pragma once

#include <boost/json.hpp>
#include <functional>
#include <stdexcept>

namespace tailrace::stream {

/// A pattern that is none. Lambda does not say what is wrong with it, either.
class InvalidFilterPattern : public std::invalid_argument {
  public:
    InvalidFilterPattern() : std::invalid_argument("Invalid filter pattern definition.") {}
};

/// Whether a string, a number, a boolean or null of a record is what a pattern asks for.
using ValueMatcher = std::function<bool(const boost::json::value&)>;

/// One alternative of a pattern's list: a value for itself, or an object with one of the operators prefix,
/// suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr, exactly and exists. Whether a record
/// has no value at all is for the caller to see: what is made for {"exists": false} matches no value. Throws
/// InvalidFilterPattern. Source: "Control which events Lambda sends to your function", filter rule syntax.
/// What that page leaves out, such as wildcard and cidr, is as "Comparison operators for use in event
/// patterns" has it.
ValueMatcher make_value_matcher(const boost::json::value& alternative);

}  // namespace tailrace::stream
