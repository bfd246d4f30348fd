#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/operation/engine.hpp"

namespace tailrace::operation {

/// Reads an item in DynamoDB JSON, {"artist": {"S": "Nils"}}, with the checks of PutItem's parameter Item.
/// Throws ApiError with PutItem's message.
AttributeMap read_item(boost::json::value item);

/// Checks the names and the nesting of an item that was read from a format other than DynamoDB JSON. Throws
/// ApiError with PutItem's message.
void check_item_form(const AttributeMap& item);

/// An item that the table does not accept.
struct RefusedItem {
    /// The item's place in the list, from 0.
    std::size_t place;
    std::string reason;
};

struct PutItems {
    std::size_t count = 0;
    /// In the order of their places.
    std::vector<RefusedItem> refused = {};
};

/// Puts items into a table, each as an unconditional PutItem does, with the changes of indexes and the stream
/// record. Many items share a commit. A refused item has no effect on the others. Scripted faults and
/// throughput limits do not apply: they are for requests. Throws ApiError::resource_not_found if there is no
/// such table, and StorageError, after which some of the items may be in the table.
PutItems put_items(Engine& engine, std::string_view table_name, std::vector<AttributeMap> items);

}  // namespace tailrace::operation
