#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/cognito/attribute_schema.hpp"

namespace tailrace::server {

/// A pool of users.
struct UserPool {
    /// "us-east-1_AbCdEf123".
    std::string id;
    std::string name;
    Timestamp created;
    /// The members of CreateUserPool except the name, as they were sent.
    boost::json::object settings;
    std::vector<AttributeSchema> schema;

    /// True if "Andrew" and "andrew" are two users, which is Cognito's default.
    bool is_case_sensitive() const;
    /// True if users sign in with that attribute ("email") instead of a name, and have their sub as their
    /// name.
    bool has_username_attribute(std::string_view attribute) const;
    bool has_username_attributes() const;
    /// True if a user is also found by that attribute.
    bool has_alias(std::string_view attribute) const;
};

/// Returns "us-east-1_" and nine digits of a UUID.
std::string make_pool_id(const std::string& region, std::string uuid);

/// Reads the members of CreateUserPool, whose shapes have been checked. Throws CognitoError for settings that
/// the pool cannot have.
UserPool read_user_pool(std::string id, const boost::json::object& request, Timestamp created);

/// Returns the UserPool of DescribeUserPool, without its Arn and its number of users.
boost::json::object description(const UserPool& pool);

/// Throws CognitoError unless the pool's policy allows the password.
void check_password(const UserPool& pool, std::string_view password);

/// Returns a pool in the form in which it is stored: one JSON object.
std::string to_row(const UserPool& pool);
/// Throws boost::system::system_error if the text is not a stored pool.
UserPool pool_from_row(std::string_view text);

}  // namespace tailrace::server
