#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/clock.hpp"
#include "engine/storage/page_budget.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// Where a store is: in memory, in a file, or at a URL such as "postgresql://user@host/music".
class StoreLocation {
  public:
    /// Says which locations are accepted, as the end of a sentence such as "Keep the tables in ".
    static constexpr std::string_view accepted =
        "this file, which is created if it does not exist, or in PostgreSQL, if this is "
        "postgresql://USER@HOST/DATABASE";

    /// In memory.
    StoreLocation() = default;
    /// Reads a location as people write it: empty for a store in memory, a URL, or the path of a file. A path
    /// can be given wherever a location is expected, so this is not explicit.
    StoreLocation(std::string text) : text_(std::move(text)) {}

    bool in_memory() const { return text_.empty(); }
    /// The path of the file; nullopt for any other store.
    std::optional<std::string> file() const;
    /// "postgresql" for a URL with that scheme; empty for any other store.
    std::string_view scheme() const;
    /// The location for messages, which may end up in a log: "in memory", the path, or the URL without its
    /// user, its password and its parameters.
    std::string shown() const;
    /// The location as it was written, which may contain a password.
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// Which commits to a file survive a crash of the machine. Every commit survives the death of the process.
enum class Durability {
    /// A power cut or a system crash may lose the last commits; the rest stays intact.
    normal,
    /// Each commit is on disk before it is acknowledged.
    full
};

struct StoreOptions {
    /// A file is created if it does not exist, and so is a schema of PostgreSQL.
    StoreLocation location = {};
    /// If true, a store that does not exist is refused with StoreMissing instead of created.
    bool must_exist = false;
    /// Called with one line of text when a file of an older layout is upgraded.
    std::function<void(const std::string&)> notice = {};
    /// Rows of an older layout that have no time get this clock's time. Null for the machine's clock.
    const Clock* clock = nullptr;
    Durability durability = Durability::normal;
    /// The limit on the pages of this store and its forks, as far as they are in memory; null for none.
    std::shared_ptr<PageBudget> page_budget = nullptr;
};

/// There is no store at the location, and the options do not allow a new one.
class StoreMissing : public StorageError {
  public:
    using StorageError::StorageError;
};

/// Opens the store that `location` names. Throws StorageError for a URL with a scheme other than
/// postgresql or postgres, and for the reasons listed at open_sqlite_file() and open_postgres().
std::unique_ptr<Store> open_store(const StoreOptions& options);

/// Returns the location of another schema beside that of `location`, in the same database of PostgreSQL. Its
/// name is that of `location`'s schema, shortened if necessary, followed by `name`, which has at most 40
/// lowercase letters, digits and underscores.
StoreLocation schema_beside(const StoreLocation& location, std::string_view name);

/// Removes a store that is a schema of PostgreSQL, with everything in it. Does nothing if there is none.
/// Other processes may use it; their transactions fail from then on. Throws StorageError; then some spaces
/// may be gone already.
void remove_schema(const StoreLocation& location);

}  // namespace tailrace::storage
