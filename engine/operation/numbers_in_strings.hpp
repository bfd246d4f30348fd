#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace tailrace::operation {

/// Puts a number in the place of every string such as "5" that stands where the operation's request has an
/// Integer or a Long. AWS refuses such strings with SerializationException; DynamoDB Local takes them, and so
/// there are programs that send them. Any other string is left for the check of shapes to refuse.
void read_numbers_in_strings(std::string_view operation, boost::json::object& request);

}  // namespace tailrace::operation
