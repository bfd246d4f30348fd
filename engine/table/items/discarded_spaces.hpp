#pragma once

#include "engine/model/time_slice.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

/// Removes the rows of tables and indexes that were discarded, slice by slice, each a transaction of its own,
/// so that requests get their turn in between. What an earlier process left is removed, too. Any thread may
/// clear, several at once. Throws StorageError.
void clear_discarded_spaces(Database& database, const SliceLimits& limits = {});

/// The same for a request that is carried out whatever comes of it: rows that cannot be removed now are left
/// to whoever clears next.
void try_to_clear_discarded_spaces(Database& database, const SliceLimits& limits);

}  // namespace tailrace::table
