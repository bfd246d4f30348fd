#pragma once

#include "engine/table/database.hpp"

namespace tailrace::table {

/// Fills a new index with the rows of the items that its table already has, and counts them. The index's
/// space is there and empty.
Count build_index(WriteSession& session, const TableDefinition& definition, const IndexDefinition& index);

}  // namespace tailrace::table
