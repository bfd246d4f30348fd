#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/storage/store.hpp"

namespace tailrace::storage {

struct SqliteOptions {
    /// The database file, made when it is not there; empty for a database in memory.
    std::string path;
    /// Is told, in one line, what happens to a file of an older layout when it is opened.
    std::function<void(const std::string&)> notice = {};
};

/// Opens the store in SQLite. A file is opened for this process alone, in WAL mode: an acknowledged commit
/// outlives the death of the process. A file of an older layout N is kept as FILE.layout-N.bak and then
/// brought up to date.
///
///     space_<id> := (key BLOB PRIMARY KEY, size_bytes INTEGER, value TEXT) WITHOUT ROWID
///
/// `application_id` is "Tail" and `user_version` the version of this layout.
/// Throws StorageError with the path and the reason when the file cannot be opened or written, is in use, is
/// no database, is not Tailrace's, is damaged, comes from a newer version or cannot be backed up. What is
/// refused is left as it was.
std::unique_ptr<Store> open_sqlite(const SqliteOptions& options);

}  // namespace tailrace::storage
