#pragma once

#include <optional>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/expression/key_condition.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::partiql {

/// One alternative of a WHERE clause: its conditions on the key, and the others.
struct ReadBranch {
    /// Equalities on the partition key, and comparisons of the sort key.
    std::vector<expression::KeyComparison> keys;
    std::vector<expression::Condition> filters;
    /// True if a filter excludes sort keys. Such a branch may overlap with others.
    bool excludes_sort_keys = false;
};

/// The alternatives of a WHERE clause, if each of them gives the partition key a value; otherwise nullopt.
/// Throws ApiError::validation if there are too many, or if a value does not have its key attribute's type.
std::optional<std::vector<ReadBranch>> read_branches(const table::KeySchema& keys,
                                                     const expression::Condition& where);

}  // namespace tailrace::partiql
