#pragma once

#include "engine/storage/shared_pages.hpp"
#include "engine/storage/sqlite_connection.hpp"

namespace tailrace::storage {

/// Opens the database that `pages` are, an empty one if there are none. They must outlive the connection, and
/// nobody else may write them. Between transactions they are complete, so they can be forked then. The file
/// system is not used. Throws StorageError.
Connection open_connection(SharedPages& pages);

/// Copies a whole database to pages, of which there must be none yet. Throws StorageError.
void copy_database(sqlite3* from, SharedPages& pages);

}  // namespace tailrace::storage
