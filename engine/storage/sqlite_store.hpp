#pragma once

#include <memory>

#include "engine/storage/open_store.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// An empty store in memory, which goes with its last user.
std::unique_ptr<Store> open_sqlite_in_memory();

/// Opens the store in a file, for this process alone, in WAL mode: an acknowledged commit outlives the death
/// of the process, and that of the machine as the options say. A file of an older layout N is kept as
/// FILE.layout-N.bak and then brought up to date.
///
///     space_<id> := (key BLOB PRIMARY KEY, size_bytes INTEGER, value TEXT) WITHOUT ROWID
///
/// `application_id` is "Tail" and `user_version` the version of this layout.
/// Throws StorageError with the path and the reason when the file cannot be opened or written, is in use, is
/// no database, is not Tailrace's, is damaged, comes from a newer version or cannot be backed up. What is
/// refused is left as it was.
std::unique_ptr<Store> open_sqlite_file(const StoreOptions& options);

}  // namespace tailrace::storage
