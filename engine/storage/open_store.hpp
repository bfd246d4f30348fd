#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// Which commits to a file survive a crash of the machine. Every commit survives the death of the process.
enum class Durability {
    /// A power cut or a system crash may lose the last commits; the rest stays intact.
    normal,
    /// Each commit is on disk before it is acknowledged.
    full
};

struct StoreOptions {
    /// Empty for a store in memory, otherwise the path of a file, which is created if it does not exist.
    std::string location;
    /// Called with one line of text when a file of an older layout is upgraded.
    std::function<void(const std::string&)> notice = {};
    /// The source of the time given to rows of an older layout that have none; null for the machine's clock.
    const Clock* clock = nullptr;
    Durability durability = Durability::normal;
};

/// Opens the store that `location` names. Throws StorageError for a URL ("redis://…"), because no scheme is
/// supported yet, and for the reasons listed at open_sqlite_file().
std::unique_ptr<Store> open_store(const StoreOptions& options);

}  // namespace tailrace::storage
