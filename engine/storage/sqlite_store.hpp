#pragma once

#include <memory>

#include "engine/storage/open_store.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// An empty store in memory, which exists as long as the returned object.
/// Its connection is opened when something is first read or written.
std::unique_ptr<Store> open_sqlite_in_memory(const StoreOptions& options);

/// Opens the store in a file, for this process alone, in WAL mode. An acknowledged commit survives the death
/// of the process; `options.durability` says whether it survives a crash of the machine. A file of an older
/// layout N is copied to FILE.layout-N.bak and then upgraded.
///
///     space_<id> := (key BLOB PRIMARY KEY, size_bytes INTEGER, value TEXT) WITHOUT ROWID
///
/// `application_id` is "Tail", and `user_version` is the version of this layout.
/// Throws StorageError with the path and the reason if the file cannot be opened or written, is in use, is
/// not a database, is not Tailrace's, is damaged, was written by a newer version, or cannot be backed up. A
/// file that is refused is not changed.
std::unique_ptr<Store> open_sqlite_file(const StoreOptions& options);

}  // namespace tailrace::storage
