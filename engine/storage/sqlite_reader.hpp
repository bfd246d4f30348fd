#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "engine/storage/committed_pages.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// Opens a reader of a database file that has been shared (see share_database_file()). It gives no snapshots
/// while `pauses` is true.
std::unique_ptr<Reader> open_file_reader(const std::string& path, const std::atomic<bool>& pauses);

/// Opens a reader of a database in memory, which is not empty.
std::unique_ptr<Reader> open_memory_reader(CommittedPages& committed);

}  // namespace tailrace::storage
