#pragma once

#include <span>
#include <string>

#include "engine/model/attribute_value.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

// What a table asks of items and keys. Each rule throws ApiError::validation in DynamoDB's words; the order
// in which they are called here is the order in which AWS reports them.

inline constexpr std::size_t max_item_bytes = 400 * 1024;

/// A Key parameter: exactly the table's key attributes, of their types, neither empty nor too long.
void check_key(const TableDefinition& definition, const AttributeMap& key);

/// An item that is put: its key, and the types and values of the attributes that are keys of an index.
void check_item(const TableDefinition& definition, const AttributeMap& item);

/// The attributes of an item that are keys of an index, after an update.
void check_index_keys(const TableDefinition& definition, const AttributeMap& item);

/// An update may not touch the key. `names` are the top-level attributes it writes.
void check_update_leaves_key(const TableDefinition& definition, std::span<const std::string> names);

}  // namespace tailrace::table
