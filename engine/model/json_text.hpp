#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace tailrace {

/// How deep answers and records nest at the most. An attribute of DynamoDB's 32 levels takes two of JSON's
/// for each, and has others around it; Boost.JSON by itself stops at 32.
inline constexpr std::size_t max_json_depth = 128;

/// How deep requests are read. What is nested deeper than an item may be is refused in DynamoDB's words and
/// order as long as it is no deeper than this, which is more than AWS was asked; the rest is refused unread.
inline constexpr std::size_t max_request_depth = 256;

/// Reads JSON of that depth. Throws boost::system::system_error where the text is none.
boost::json::value parse_json(std::string_view text, boost::json::storage_ptr memory = {});
/// The same, without an exception.
boost::json::value parse_json(std::string_view text, boost::json::error_code& error);

}  // namespace tailrace
