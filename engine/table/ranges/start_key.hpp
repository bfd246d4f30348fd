#pragma once

#include <string>

#include "engine/model/attribute_value.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

// ExclusiveStartKey: the key of a row in a table or, when `index` is given, of its row in that index.
// AWS judges it in steps with other checks in between. All throw ApiError::validation.

/// That it has as many attributes as it should have, and that the partition key it is read by is right.
void check_start_partition(const TableDefinition& definition, const IndexDefinition* index,
                           const AttributeMap& start);

/// That the sort key it is read by is right.
void check_start_sort(const TableDefinition& definition, const IndexDefinition* index,
                      const AttributeMap& start);

/// Both of them.
void check_start_key(const TableDefinition& definition, const IndexDefinition* index,
                     const AttributeMap& start);

/// That the table's key in it is right.
void check_start_table_key(const TableDefinition& definition, const IndexDefinition* index,
                           const AttributeMap& start);

/// The row key that it names, once it has been checked.
std::string start_row_key(const TableDefinition& definition, const IndexDefinition* index,
                          const AttributeMap& start);

}  // namespace tailrace::table
