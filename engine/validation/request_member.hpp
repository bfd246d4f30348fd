#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

/// Reads members of a request that has passed check_shape(); nowhere else is a member's JSON type certain.
namespace tailrace::validation {

/// The member, or null when it is absent or JSON null.
const boost::json::value* find_member(const boost::json::object& object, std::string_view name);

/// The String member, or nothing.
std::optional<std::string_view> text_member(const boost::json::object& object, std::string_view name);

/// The Integer or Long member, or nothing. A fraction is cut off, as AWS does.
std::optional<std::int64_t> integer_member(const boost::json::object& object, std::string_view name);

/// The Boolean member, or nothing. Takes the strings that AWS takes.
std::optional<bool> boolean_member(const boost::json::object& object, std::string_view name);

/// The member that is a list, or null.
const boost::json::array* list_member(const boost::json::object& object, std::string_view name);

/// The member that is a structure or a map, or null.
const boost::json::object* object_member(const boost::json::object& object, std::string_view name);

}  // namespace tailrace::validation
