#pragma once

#include <string>

#include "engine/model/time_slice.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

// An index that is added to a table is filled slice by slice, so that requests get their turn in between. It
// is in the table's definition from the beginning, with the row key up to which it has been filled. Every
// write keeps the rows before that key current and leaves the rest to later slices. Each slice commits its
// rows, the counts and the new row key together, so that any process that finds a half-filled index can
// continue.

/// Continues to fill the index for one slice. `counts` are the counts of its table; the caller saves both
/// with the session. The index is complete when backfilling() is false.
void backfill_slice(WriteSession& session, TableDefinition& definition, Counts& counts, TimeSlice& slice);

/// Fills the index that is being added to a table until it is complete, or gone with its table. Other threads
/// may do the same at the same time. Throws StorageError.
void finish_backfill(Database& database, const std::string& table_id, const SliceLimits& limits = {});

/// Finishes what an earlier process left unfinished: filling an index, or removing the rows of a table or an
/// index. Other threads may use the database at the same time.
void finish_interrupted_work(Database& database);

}  // namespace tailrace::table
