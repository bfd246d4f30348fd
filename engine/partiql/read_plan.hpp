#pragma once

#include <optional>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/table/catalogue/table_definition.hpp"
#include "engine/table/ranges/range_reader.hpp"

namespace tailrace::partiql {

/// A range of rows of a table or an index, and the filter on what is returned.
struct PlannedRead {
    table::KeyRange range;
    std::optional<expression::Condition> filter;
};

/// A SELECT as a sequence of reads. If the WHERE clause gives the partition key a value in every branch of
/// its ORs, each branch becomes a Query; otherwise the SELECT becomes a Scan.
struct ReadPlan {
    std::vector<PlannedRead> reads;
    table::Direction direction = table::Direction::forward;
    /// True if each read is within a partition.
    bool is_keyed = false;
};

/// `index` is null for the table itself. Throws ApiError::validation.
ReadPlan plan_reads(const table::TableDefinition& definition, const table::IndexDefinition* index,
                    const BoundStatement& select);

}  // namespace tailrace::partiql
