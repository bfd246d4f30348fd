#pragma once

#include "engine/table/database.hpp"

namespace tailrace::table {

/// Removes the items of all tables, the records of all streams and the client request tokens, in one commit.
/// Tables, indexes, streams and their shards stay. The streams get no records of the removals. Throws
/// StorageError.
void clear_tables(Database& database);

}  // namespace tailrace::table
