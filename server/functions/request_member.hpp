#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tailrace::server {

/// A value in a request, and its name as AWS's messages have it: "environment.variables".
struct Member {
    const boost::json::value& value;
    std::string_view name;
};

// These functions return a member's value, or throw LambdaError in Lambda's words.

std::string text_of(const Member& member);
bool flag_of(const Member& member);
const boost::json::object& object_of(const Member& member);
const boost::json::array& list_of(const Member& member);
/// An object whose values are all texts.
boost::json::object texts_of(const Member& member);
std::int64_t number_between(const Member& member, std::int64_t least, std::int64_t most);
/// A text that matches the pattern as a whole. The pattern appears in the error message, and must be valid
/// for TextPattern.
std::string text_matching(const Member& member, std::string_view pattern);
std::string text_among(const Member& member, std::initializer_list<std::string_view> texts);

/// Throws LambdaError for a text with fewer or more characters.
void check_length(const Member& member, std::size_t least, std::size_t most);
/// Returns a member that must be there and not be null. `shown_name` is its name in messages.
const boost::json::value& needed(const boost::json::object& body, std::string_view name,
                                 std::string_view shown_name);
/// Returns a text, or an empty one if the member is absent or null.
std::string optional_text(const boost::json::object& body, std::string_view name);
/// Returns a flag, or false if the member is absent or null.
bool optional_flag(const boost::json::object& body, std::string_view name);
/// Throws LambdaError if the object has a member that is not null and not in `names`. `shown_name` is the
/// object's name in the message.
void refuse_others(const boost::json::object& object, std::initializer_list<std::string_view> names,
                   std::string_view shown_name);

/// "[a, b]"
std::string shown_list(const boost::json::array& list);
/// Throws "1 validation error detected: Value 'VALUE' at 'NAME' failed to satisfy constraint: CONSTRAINT".
[[noreturn]] void refuse_value(const std::string& value, std::string_view name,
                               const std::string& constraint);

}  // namespace tailrace::server
