#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

struct StoreOptions {
    /// Empty for a store in memory, else the path of a file, which is made when it is not there.
    std::string location;
    /// Is told, in one line, what happens to a file of an older layout when it is opened.
    std::function<void(const std::string&)> notice = {};
    /// Tells the time from which rows of an older layout count that have none; null for the machine's.
    const Clock* clock = nullptr;
};

/// Opens the store that `location` names. Throws StorageError for a URL ("redis://…"), since no scheme is
/// known yet, and as open_sqlite_file() says.
std::unique_ptr<Store> open_store(const StoreOptions& options);

}  // namespace tailrace::storage
