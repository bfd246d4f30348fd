#pragma once

#include "engine/storage/sqlite_connection.hpp"
#include "engine/storage/sqlite_store.hpp"

namespace tailrace::storage {

/// Opens a database file for this process alone, in WAL mode, and brings it up to date. A file that is
/// refused is left as it was. Throws StorageError as open_sqlite() says.
Connection open_database_file(const SqliteOptions& options);

/// Brings a database from its layout to today's; a new one gets all of it.
void migrate(sqlite3* connection);

}  // namespace tailrace::storage
