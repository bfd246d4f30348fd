#pragma once

#include <optional>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/expression/key_condition.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::partiql {

/// One alternative of a WHERE clause: what it says of the key, and of the rest.
struct ReadBranch {
    /// Equalities on the partition key, and comparisons of the sort key.
    std::vector<expression::KeyComparison> keys;
    std::vector<expression::Condition> filters;
    /// Whether a filter excludes sort keys. Such a branch may overlap with others.
    bool excludes_sort_keys = false;
};

/// The alternatives of a WHERE clause, when each of them gives the partition key a value; otherwise nothing.
/// Throws ApiError::validation when there are too many, or a value is not of its key attribute's type.
std::optional<std::vector<ReadBranch>> read_branches(const table::KeySchema& keys,
                                                     const expression::Condition& where);

}  // namespace tailrace::partiql
