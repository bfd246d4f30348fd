#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/model/value_words.hpp"

namespace tailrace {

/// The maximum nesting depth of an attribute's value. The value itself counts as the first level. Source:
/// "Constraints", nested attribute depth.
inline constexpr int max_attribute_nesting = 32;
inline constexpr std::size_t max_attribute_name_bytes = 65535;

/// What precedes a value of that type in canonical JSON: {"S":
std::string_view value_opening(AttributeType type);

/// Reads {"S": "…"} and the like. The JSON types have already been checked against the operation's shape.
/// This function checks the values, and throws ApiError::validation in DynamoDB's words: exactly one type,
/// NULL true, sets not empty and without duplicates, numbers in range, names in maps not too long, at most 32
/// levels of nesting. Faults of numbers, empty sets of numbers and duplicates are thrown as ValueFault.
AttributeValue parse_attribute_value(const boost::json::value& value, ValueWords words = ValueWords::older);

/// Throws ApiError::validation if `name` cannot be an attribute's name: it is empty or longer than 65535
/// bytes.
void check_attribute_name(std::string_view name);

/// Reads {"name": {"S": "…"}, …}: an item, a key, ExpressionAttributeValues.
AttributeMap parse_attribute_map(const boost::json::object& map, ValueWords words = ValueWords::older);

/// Returns the Boolean that AWS reads from `value`: true, false, or one of the strings "true", "yes", "1",
/// "false", "no" and "0" in any case. Returns nullopt for everything else.
std::optional<bool> parse_boolean(const boost::json::value& value);

/// Returns the value that AWS reads from a JSON number where an Integer or a Long is expected: rounded down,
/// and clamped to 64 bits. `value` must be a number.
std::int64_t integer_of(const boost::json::value& value);

/// Reads an item from its stored canonical text. Throws std::runtime_error if the text is not a JSON object.
AttributeMap parse_stored_item(std::string_view text);

/// Appends the canonical wire JSON: members in byte order of their names, numbers in canonical text, no white
/// space.
void append_json(std::string& out, const AttributeValue& value);
void append_json(std::string& out, const AttributeMap& map);
std::string to_json(const AttributeMap& map);

/// The same as a JSON tree, for responses that are built as one.
boost::json::object to_json_object(const AttributeMap& map);

}  // namespace tailrace
