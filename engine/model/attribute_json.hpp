#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/model/value_words.hpp"

namespace tailrace {

/// Reads {"S": "…"} and its like. The JSON types have been checked against the operation's shape before; what
/// is checked here, in DynamoDB's words as ApiError::validation, are the values: exactly one type, NULL true,
/// sets not empty and without duplicates, numbers in range, names in maps not too long, nesting to 32 levels.
/// Numbers, empty sets of them and duplicates are refused by ValueFault.
AttributeValue parse_attribute_value(const boost::json::value& value, ValueWords words = ValueWords::older);

/// Throws ApiError::validation when no attribute can have that name: an empty one, or one of more than 65535
/// bytes.
void check_attribute_name(std::string_view name);

/// Reads {"name": {"S": "…"}, …}: an item, a key, ExpressionAttributeValues.
AttributeMap parse_attribute_map(const boost::json::object& map, ValueWords words = ValueWords::older);

/// What AWS takes for a Boolean: true, false and the strings "true", "yes", "1", "false", "no" and "0" in any
/// case; nothing for everything else.
std::optional<bool> parse_boolean(const boost::json::value& value);

/// What AWS takes a JSON number for where an Integer or a Long is asked for: without its fraction, and the
/// nearest of 64 bits. `value` is a number.
std::int64_t integer_of(const boost::json::value& value);

/// Reads an item from its stored canonical text. Throws std::runtime_error when it is not one.
AttributeMap parse_stored_item(std::string_view text);

/// Appends the canonical wire JSON: members in byte order of their names, numbers in canonical text, no white
/// space.
void append_json(std::string& out, const AttributeValue& value);
void append_json(std::string& out, const AttributeMap& map);
std::string to_json(const AttributeMap& map);

/// The same as a tree, for answers that are built as one.
boost::json::object to_json_object(const AttributeMap& map);

}  // namespace tailrace
