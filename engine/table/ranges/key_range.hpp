#pragma once

#include <string>

#include "engine/expression/key_condition.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

// Types for ranges of rows. The layers above use them from here, too.
using storage::Direction;
using storage::KeyRange;

/// The rows of one partition that match a key condition.
struct PartitionRange {
    /// The beginning of every row key of the partition.
    std::string partition;
    KeyRange rows;
    /// True if the condition restricts the sort key.
    bool has_sort_condition = false;
    /// The first and the last row key that can be in a table's range. Each is empty unless the condition has
    /// it as a bound or the table has no sort key. In an index they are only the beginnings of row keys.
    std::string first_key;
    std::string last_key;
};

/// Converts the key condition to a range. Throws ApiError::validation if the condition does not fit the key,
/// or if a value does not have its key attribute's type.
PartitionRange partition_range(const KeySchema& keys, const expression::KeyCondition& condition);

/// Throws ApiError::validation if a page cannot begin after the row `start` because that is outside the
/// range.
void check_start_inside(const PartitionRange& range, const KeySchema& keys, const AttributeMap& start);

/// Throws ApiError::validation if `start` is the last row key that a query of a table can reach in its
/// direction, so that nothing can follow. `end` is that row key, or empty if it is unknown.
void check_start_before_end(const std::string& end, const KeySchema& keys, const AttributeMap& start);

}  // namespace tailrace::table
