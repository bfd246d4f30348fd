#pragma once

#include <optional>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/partiql/bound_statement.hpp"
#include "engine/table/ranges/range_reader.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::partiql {

/// One run of rows of a table or an index, and which of them are returned.
struct PlannedRead {
    table::KeyRange range;
    std::optional<expression::Condition> filter;
};

/// A SELECT as reads, one after the other. A WHERE clause that gives the partition key a value, in every
/// branch of its ORs, becomes a Query per branch; every other one a Scan.
struct ReadPlan {
    std::vector<PlannedRead> reads;
    table::Direction direction = table::Direction::forward;
    /// The reads are of partitions.
    bool is_keyed = false;
};

/// `index` is null for the table itself. Throws ApiError::validation.
ReadPlan plan_reads(const table::TableDefinition& definition, const table::IndexDefinition* index,
                    const BoundStatement& select);

}  // namespace tailrace::partiql
