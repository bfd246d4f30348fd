#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// Which commits to a file outlive more than the death of the process, which all of them do.
enum class Durability {
    /// A power cut, or a crash of the system, may take the last commits; what is left is whole.
    normal,
    /// Each commit is on the disk before it is acknowledged.
    full
};

struct StoreOptions {
    /// Empty for a store in memory, else the path of a file, which is made when it is not there.
    std::string location;
    /// Is told, in one line, what happens to a file of an older layout when it is opened.
    std::function<void(const std::string&)> notice = {};
    /// Tells the time from which rows of an older layout count that have none; null for the machine's.
    const Clock* clock = nullptr;
    Durability durability = Durability::normal;
};

/// Opens the store that `location` names. Throws StorageError for a URL ("redis://…"), since no scheme is
/// known yet, and as open_sqlite_file() says.
std::unique_ptr<Store> open_store(const StoreOptions& options);

}  // namespace tailrace::storage
