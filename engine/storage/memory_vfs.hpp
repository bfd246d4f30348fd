#pragma once

#include <cstdint>

#include "engine/storage/shared_pages.hpp"
#include "engine/storage/sqlite_connection.hpp"

namespace tailrace::storage {

/// Opens the database in `pages`; it is empty if there are no pages. They must outlive the connection, and
/// nobody else may write them. They can be forked between transactions, when they are complete. The file
/// system is not used. Throws StorageError.
Connection open_connection(SharedPages& pages);

/// Opens the database in `pages`, which are not empty, only to read it. Between transactions, other pages may
/// be assigned to `pages` if `version` then gets another value. Both must outlive the connection. Throws
/// StorageError.
Connection open_reading_connection(SharedPages& pages, const std::uint32_t& version);

/// Copies a whole database to `pages`, which must be empty. Throws StorageError.
void copy_database(sqlite3* from, SharedPages& pages);

}  // namespace tailrace::storage
