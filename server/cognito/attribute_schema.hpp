#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/cognito/user.hpp"

namespace tailrace::server {

/// A pool's definition of one attribute of its users.
struct AttributeSchema {
    /// "email" or, for an attribute that the pool adds, "custom:team".
    std::string name;
    /// "String", "Number", "Boolean" or "DateTime".
    std::string type = "String";
    bool developer_only = false;
    bool is_mutable = true;
    bool required = false;
    /// The bounds of a number, or of the length of a text in characters.
    std::optional<std::int64_t> minimum = {};
    std::optional<std::int64_t> maximum = {};
};

/// Returns the schema of a pool that is created with this list of SchemaAttributeType, which may be null: the
/// standard attributes, some of them changed by the list, and those that the list adds. Throws CognitoError.
std::vector<AttributeSchema> read_schema(const boost::json::array* list);

/// Returns null if the schema has no attribute of that name.
const AttributeSchema* find_attribute(const std::vector<AttributeSchema>& schema, std::string_view name);

/// Returns SchemaAttributes of DescribeUserPool.
boost::json::array shown_schema(const std::vector<AttributeSchema>& schema);

/// Throws CognitoError unless a new user may have these attributes: each is in the schema and has a value of
/// its type and within its bounds, and the required ones are present. Only the server sets "sub".
/// Puts the values of Booleans in lower case.
void check_attributes(const std::vector<AttributeSchema>& schema, UserAttributes& attributes);

}  // namespace tailrace::server
