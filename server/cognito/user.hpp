#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// The attributes of a user, with names such as "preferred_username" as keys. Every user has a "sub".
using UserAttributes = std::map<std::string, std::string, std::less<>>;

/// A user of a pool.
struct User {
    std::string username;
    UserAttributes attributes;
    Timestamp created;
    Timestamp modified;
    bool enabled = true;
    /// "FORCE_CHANGE_PASSWORD", "CONFIRMED", … See user_statuses.
    std::string status = "FORCE_CHANGE_PASSWORD";

    /// Returns null if the user has no such attribute.
    const std::string* attribute(std::string_view name) const;
};

/// Returns a time in the form of Cognito's API: seconds since 1970, to the millisecond.
boost::json::value shown_moment(Timestamp moment);

/// Returns [{"Name": …, "Value": …}, …]: the attributes for which `is_wanted` returns true, "sub" first.
template <typename Predicate>
boost::json::array attribute_list(const UserAttributes& attributes, Predicate is_wanted) {
    boost::json::array list;
    const auto add = [&list](const auto& attribute) {
        list.push_back({{"Name", attribute.first}, {"Value", attribute.second}});
    };
    const auto sub = attributes.find("sub");
    if (sub != attributes.end() && is_wanted(sub->first)) add(*sub);
    for (const auto& attribute : attributes) {
        if (attribute.first != "sub" && is_wanted(attribute.first)) add(attribute);
    }
    return list;
}

/// Returns a user in the form in which it is stored: one JSON object.
std::string to_row(const User& user);
/// Throws boost::system::system_error if the text is not a stored user.
User user_from_row(std::string_view text);

}  // namespace tailrace::server
