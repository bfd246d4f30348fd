#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace tailrace::server {

/// Returns a member that is an object, or null.
inline const boost::json::object* object_in(const boost::json::object& owner, std::string_view name) {
    const boost::json::value* const found = owner.if_contains(name);
    return found == nullptr ? nullptr : found->if_object();
}

/// Returns a member that is a text, or an empty text. It is valid for as long as the owner does not change.
inline std::string_view text_in(const boost::json::object& owner, std::string_view name) {
    const boost::json::value* const found = owner.if_contains(name);
    return found == nullptr || !found->is_string() ? std::string_view() : found->get_string();
}

}  // namespace tailrace::server
