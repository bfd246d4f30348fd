#pragma once

#include "engine/expression/key_condition.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

/// The rows of one partition that meet a key condition. Throws ApiError::validation when a value is not of
/// its key attribute's type.
storage::KeyRange key_range(const KeySchema& keys, const expression::KeyMatch& match);

/// The row key that an ExclusiveStartKey names, in the table or, when `index` is given, in the index.
/// Throws ApiError::validation in AWS's words when it is not a key of that table and index.
std::string start_row_key(const TableDefinition& definition, const IndexDefinition* index,
                          const AttributeMap& start);

}  // namespace tailrace::table
