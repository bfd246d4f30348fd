#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string_view>

#include "server/mcp/tool.hpp"

namespace tailrace::server {

/// How many items or records an answer has by default, and the most that a call may ask for.
inline constexpr std::int64_t default_items = 25;
inline constexpr std::int64_t max_items = 100;

/// Returns the server's answer as it is: an error stays word for word. An answer that is too long becomes an
/// error that says how to ask for less.
ToolAnswer answer_of(DoorAnswer answer);

/// Carries out an operation that returns a page with the member Limit. If the page is too long, asks for a
/// shorter one, so that the answer says where the next one begins.
ToolAnswer call_for_page(ToolDoor& door, std::string_view operation, boost::json::object request);

/// Returns an answer with at most `limit` elements of the list in the member `list`, fewer if it would be too
/// long. Keeps the last ones, and adds the number of those that are left out as LeftOut.
ToolAnswer keep_last(const DoorAnswer& answer, std::string_view list, std::size_t limit);

/// The same with the first elements. If others follow, adds the Number of the last one that is kept as
/// NextAfterNumber.
ToolAnswer keep_first(const DoorAnswer& answer, std::string_view list, std::size_t limit);

/// Returns the value of an argument that is a whole number.
std::int64_t number_in(const boost::json::object& arguments, std::string_view name, std::int64_t otherwise);
/// Returns the value of an argument that is a string, which is empty if there is none.
std::string_view text_in(const boost::json::object& arguments, std::string_view name);

}  // namespace tailrace::server
