#pragma once

#include <optional>
#include <string>

#include "engine/model/attribute_value.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

// Source: "Constraints in Amazon DynamoDB", partition keys and sort keys.
inline constexpr std::size_t max_partition_key_bytes = 2048;
inline constexpr std::size_t max_sort_key_bytes = 1024;

/// The row key of an item, or of a key, in its table. The key attributes are there and of the schema's types.
std::string base_row_key(const TableDefinition& definition, const AttributeMap& item);

/// The row key of an item in an index: the index's key, then the table's, which keeps items of equal index
/// keys apart. Nothing when the item lacks an attribute of the index's key, or has one there that cannot be a
/// key (which an item may have that is older than the index): indexes are sparse.
std::optional<std::string> index_row_key(const TableDefinition& definition, const IndexDefinition& index,
                                         const AttributeMap& item);

/// The attributes that make up an item's key, in the table and, when `index` is given, in the index too: what
/// LastEvaluatedKey holds.
AttributeMap key_of(const TableDefinition& definition, const IndexDefinition* index,
                    const AttributeMap& item);

/// The attributes that an index whose projection is not ALL holds of an item.
AttributeMap project(const TableDefinition& definition, const IndexDefinition& index,
                     const AttributeMap& item);

/// Whether an index holds the attribute.
bool projects(const TableDefinition& definition, const IndexDefinition& index, std::string_view attribute);

}  // namespace tailrace::table
