#pragma once

#include <string>

#include "engine/model/attribute_value.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

// ExclusiveStartKey: the key of a row in a table or, if `index` is given, of its row in that index. AWS
// checks it in steps, with other checks in between. All functions throw ApiError::validation.

/// Checks the number of attributes, and the partition key that the page is read by.
void check_start_partition(const TableDefinition& definition, const IndexDefinition* index,
                           const AttributeMap& start);

/// Checks the sort key that the page is read by.
void check_start_sort(const TableDefinition& definition, const IndexDefinition* index,
                      const AttributeMap& start);

/// Checks both.
void check_start_key(const TableDefinition& definition, const IndexDefinition* index,
                     const AttributeMap& start);

/// Checks the table's key inside `start`.
void check_start_table_key(const TableDefinition& definition, const IndexDefinition* index,
                           const AttributeMap& start);

/// The row key that `start` names, after it has been checked.
std::string start_row_key(const TableDefinition& definition, const IndexDefinition* index,
                          const AttributeMap& start);

}  // namespace tailrace::table
