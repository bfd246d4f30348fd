#pragma once

#include "engine/model/time_slice.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

/// Removes the rows of discarded tables and indexes slice by slice, each in a transaction of its own, so that
/// requests get their turn in between. Also removes what an earlier process has left. Any thread may clear,
/// and several may clear at the same time. Throws StorageError.
void clear_discarded_spaces(Database& database, const SliceLimits& limits = {});

/// The same for a request that must succeed even if the rows cannot be removed now: they are left to the next
/// call.
void try_to_clear_discarded_spaces(Database& database, const SliceLimits& limits);

}  // namespace tailrace::table
