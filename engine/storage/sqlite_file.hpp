#pragma once

#include "engine/storage/open_store.hpp"
#include "engine/storage/sqlite_connection.hpp"

namespace tailrace::storage {

/// Opens a database file for this process alone, in WAL mode, and upgrades it to the newest layout. A file
/// that is refused is not changed. Throws StorageError as described at open_sqlite_file().
Connection open_database_file(const StoreOptions& options);

/// Lets reading connections open the file, from now on. Must not be called during a transaction. Throws
/// StorageError.
void share_database_file(sqlite3* connection);

/// Opens another connection to a shared file, which only reads. Throws StorageError.
Connection open_reading_connection(const std::string& path);

}  // namespace tailrace::storage
