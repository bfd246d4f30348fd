#pragma once

#include "engine/storage/open_store.hpp"
#include "engine/storage/sqlite_connection.hpp"

namespace tailrace::storage {

/// Opens a database file for this process alone, in WAL mode, and brings it up to date. A file that is
/// refused is left as it was. Throws StorageError as open_sqlite_file() says.
Connection open_database_file(const StoreOptions& options);

}  // namespace tailrace::storage
