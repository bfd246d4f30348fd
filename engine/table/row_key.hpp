#pragma once

#include <optional>
#include <string>

#include "engine/model/attribute_value.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

/// The row key of an item, or of a key, in its table. The key attributes are there and of the schema's types.
std::string base_row_key(const TableDefinition& definition, const AttributeMap& item);

/// The row key of an item in an index: the index's key, then the table's, which keeps items of equal index
/// keys apart. Nothing when the item lacks an attribute of the index's key: indexes are sparse.
std::optional<std::string> index_row_key(const TableDefinition& definition, const IndexDefinition& index,
                                         const AttributeMap& item);

/// The attributes that make up an item's key, in the table and, when `index` is given, in the index too: what
/// LastEvaluatedKey holds.
AttributeMap key_of(const TableDefinition& definition, const IndexDefinition* index,
                    const AttributeMap& item);

/// The attributes that an index holds of an item.
AttributeMap project(const TableDefinition& definition, const IndexDefinition& index,
                     const AttributeMap& item);

/// Whether an index holds the attribute.
bool projects(const TableDefinition& definition, const IndexDefinition& index, std::string_view attribute);

}  // namespace tailrace::table
