#pragma once

#include "engine/storage/open_store.hpp"
#include "engine/storage/sqlite_connection.hpp"

namespace tailrace::storage {

/// Opens a database file for this process alone, in WAL mode, and upgrades it to the newest layout. A file
/// that is refused is not changed. Throws StorageError as described at open_sqlite_file().
Connection open_database_file(const StoreOptions& options);

}  // namespace tailrace::storage
