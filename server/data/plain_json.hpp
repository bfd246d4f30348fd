#pragma once

#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "server/data/item_reader.hpp"

namespace tailrace::server {

// Plain JSON maps to items as in AWS's document clients: texts are S, numbers N with all their digits, true
// and false BOOL, null NULL, arrays L and objects M. In the other direction, B becomes a text in base64, and
// a set becomes an array.

/// Reads one JSON object as an item. Throws DataFault with the fault and its column if it is not one, and
/// ApiError for a number that DynamoDB cannot store.
AttributeMap read_plain_json(std::string_view text);

void append_plain_json(std::string& out, const AttributeValue& value);
void append_plain_json(std::string& out, const AttributeMap& map);

/// Gives the values of key attributes the types of the table: a text becomes a number or bytes, a number
/// becomes a text. Bytes are in base64. A value that cannot be converted stays as it is.
void take_key_types(AttributeMap& item, const KeyTypes& keys);

}  // namespace tailrace::server
