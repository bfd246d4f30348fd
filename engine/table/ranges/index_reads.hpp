#pragma once

#include <string>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/table/catalogue/table_definition.hpp"

/// The rules for reads of an index, which are the same for Query, Scan and statements.
namespace tailrace::table {

/// Throws ApiError::validation while the index is being created. Source: "Managing global secondary indexes":
/// an index is not available until it is ACTIVE.
void require_created(const TableDefinition& definition, const IndexDefinition& index, Timestamp now);

/// Returns those attributes that the index does not hold.
std::vector<std::string> not_projected(const TableDefinition& definition, const IndexDefinition& index,
                                       std::vector<std::string> attributes);

/// True if each row's item must be read from the table for the attributes, which the index does not hold. A
/// local index fetches what it does not hold. A global index cannot: throws ApiError::validation.
/// Source: "Local secondary indexes", fetching.
bool must_fetch(const IndexDefinition& index, const std::vector<std::string>& missing);

}  // namespace tailrace::table
