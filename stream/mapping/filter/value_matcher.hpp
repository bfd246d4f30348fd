#pragma once

#include <boost/json.hpp>
#include <functional>
#include <stdexcept>

namespace tailrace::stream {

/// A pattern that is not valid. Lambda does not say what is wrong with it, either.
class InvalidFilterPattern : public std::invalid_argument {
  public:
    InvalidFilterPattern() : std::invalid_argument("Invalid filter pattern definition.") {}
};

/// Returns true if a string, a number, a boolean or null in a record is what a pattern asks for.
using ValueMatcher = std::function<bool(const boost::json::value&)>;

/// Compiles one alternative of a pattern's list: a value that must be equal, or an object with one of the
/// operators prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr, exactly and exists.
/// The caller checks whether a record has no value at all: the matcher of {"exists": false} returns false for
/// every value. Throws InvalidFilterPattern. Source: "Control which events Lambda sends to your function",
/// filter rule syntax. Rules that this page leaves out, such as wildcard and cidr, are those of "Comparison
/// operators for use in event patterns".
ValueMatcher make_value_matcher(const boost::json::value& alternative);

}  // namespace tailrace::stream
