#pragma once

#include <string>

#include "engine/expression/key_condition.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

// What a range of rows is, for the layers above, too.
using storage::Direction;
using storage::KeyRange;

/// The rows of one partition that meet a key condition.
struct PartitionRange {
    /// What every row key of the partition begins with.
    std::string partition;
    KeyRange rows;
    /// Whether the condition says anything of the sort key.
    bool has_sort_condition = false;
    /// The row keys that a table's range begins and ends with where the condition has them for bounds, or
    /// where there is no sort key; else empty. The rows of an index go on behind them.
    std::string first_key;
    std::string last_key;
};

/// The key condition as a range. Throws ApiError::validation when the condition does not fit the key or a
/// value is not of its key attribute's type.
PartitionRange partition_range(const KeySchema& keys, const expression::KeyCondition& condition);

/// Throws ApiError::validation when a page cannot begin after the row `start` because it lies outside.
void check_start_inside(const PartitionRange& range, const KeySchema& keys, const AttributeMap& start);

/// Throws ApiError::validation when `start` is the row key `end` with which a query of a table ends in its
/// direction; that may be empty.
void check_start_before_end(const std::string& end, const KeySchema& keys, const AttributeMap& start);

}  // namespace tailrace::table
