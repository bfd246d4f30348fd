#pragma once

#include <memory>

#include "engine/storage/open_store.hpp"

namespace tailrace::storage {

/// Opens a store in a database of PostgreSQL, which several processes may use at the same time, and makes its
/// schema if there is none. One transaction at a time writes, of all processes; the others wait. Snapshots
/// are read beside it. A connection that is lost ends its transaction, and the next one connects again.
///
/// Throws StorageError if the URL has a password, which would be shown in the list of processes, if the
/// server cannot be reached or refuses the user, or if the schema has another layout.
std::unique_ptr<Store> open_postgres(const StoreOptions& options);

// remove_schema() of open_store.hpp is implemented beside it.

}  // namespace tailrace::storage
