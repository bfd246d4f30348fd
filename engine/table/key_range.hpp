#pragma once

#include <string>

#include "engine/expression/key_condition.hpp"
#include "engine/model/attribute_value.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

/// The rows of one partition that meet a key condition.
struct PartitionRange {
    /// What every row key of the partition begins with.
    std::string partition;
    storage::KeyRange rows;
    /// Whether the condition says anything of the sort key, and whether it leaves room for one sort key only.
    bool has_sort_condition = false;
    bool is_exact = false;
};

/// The key condition as a range. Throws ApiError::validation when the condition does not fit the key or a
/// value is not of its key attribute's type.
PartitionRange partition_range(const KeySchema& keys, const expression::KeyCondition& condition);

/// Throws ApiError::validation when a page cannot begin after the row `start` because it lies outside.
void check_start_inside(const PartitionRange& range, const KeySchema& keys, const AttributeMap& start);

}  // namespace tailrace::table
