#pragma once

#include <string>

#include "engine/model/time_slice.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

// An index that is added to a table is filled slice by slice, so that requests get their turn in between. It
// is in the table's definition from the beginning, with the row key that it has been filled up to: what lies
// before is kept current by every write, what lies behind is left to the slices to come. Each slice commits
// its rows, the counts and the new row key together, so that whoever finds a half-filled index can go on.

/// Fills the index on for one slice. `counts` are its table's; the caller saves both with the session. The
/// index is complete when it is not backfilling() any more.
void backfill_slice(WriteSession& session, TableDefinition& definition, Counts& counts, TimeSlice& slice);

/// Fills the index that is being added to a table until it is complete, or gone with its table. Other threads
/// may do the same at the same time. Throws StorageError.
void finish_backfill(Database& database, const std::string& table_id, const SliceLimits& limits = {});

/// What a process that ended in the middle has left: indexes that are not complete, tables and indexes whose
/// rows are not yet removed. For the time before anything else uses the database.
void finish_interrupted_work(Database& database);

}  // namespace tailrace::table
