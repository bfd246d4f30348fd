#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace tailrace::operation {

/// Replaces every string such as "5" by a number where the operation's request expects an Integer or a Long.
/// AWS refuses such strings with SerializationException, but DynamoDB Local accepts them, so some programs
/// send them. All other strings are left for the shape check to refuse.
void read_numbers_in_strings(std::string_view operation, boost::json::object& request);

}  // namespace tailrace::operation
