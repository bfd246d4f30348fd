#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/table/state_row.hpp"
#include "server/cache/cache_definition.hpp"

namespace tailrace::server {

/// The largest value. Source: Momento's limits, "item size".
inline constexpr std::size_t max_cached_bytes = 1024 * 1024;

struct CacheOptions {
    std::vector<CacheDefinition> caches = {};
    /// The maximum memory for all values together, including their keys and the entries that hold them.
    std::size_t memory_bytes = 64 * 1024 * 1024;
    /// True if values are kept with the tables. If the tables are in memory, that would only store the values
    /// twice.
    bool are_kept = true;
};

/// How much a cache contains.
struct CacheContents {
    CacheDefinition definition;
    std::size_t items;
    std::size_t size_bytes;
};

/// The values of all caches. Each lives for a time, by the server's clock. When they exceed their memory, the
/// least recently used values are removed. After a restart, it is not known when a value was last used, so
/// those that were set first are removed. Values are kept with the tables, and read from there when a cache
/// is first used.
///
/// Functions that take the name of a cache throw std::out_of_range if there is no such cache, and
/// StorageError. Thread-safe.
class Caches {
  public:
    /// The database and the clock must outlive the caches.
    Caches(table::Database& database, const Clock& clock, CacheOptions options);

    bool empty() const { return options_.caches.empty(); }
    bool has(std::string_view cache) const;

    /// Returns nullopt if there is no value under the key, or if it has expired.
    std::optional<std::string> get(std::string_view cache, std::string_view key);
    /// If no time to live is given, the value gets the cache's. Throws std::length_error if the value is
    /// longer than max_cached_bytes.
    void set(std::string_view cache, std::string_view key, std::string_view value,
             std::optional<std::chrono::seconds> time_to_live = std::nullopt);
    /// Returns false if there was no value under the key.
    bool erase(std::string_view cache, std::string_view key);
    /// Removes all values and returns how many there were.
    std::size_t clear(std::string_view cache);
    /// Removes all values of all caches.
    void clear();
    /// Forgets the values in memory. Values that are kept with the tables are read again when they are used.
    void forget();

    /// In the order in which the caches were named.
    std::vector<CacheContents> contents();

  private:
    struct Entry {
        std::string row;
        std::string value;
        Timestamp expires;
    };
    /// The entry that was used last comes first.
    using Entries = std::list<Entry>;

    const CacheDefinition& definition(std::string_view cache) const;
    /// Returns the name of a value's row: "cruddur/" and the key.
    std::string row_of(std::string_view cache, std::string_view key) const;
    void load();
    void forget_rows(const std::vector<std::string>& rows);
    void erase_rows(const std::vector<std::string>& rows);
    void insert(Entry entry);
    void remove(Entries::iterator entry);
    /// Removes entries until the rest fits into the memory, but never the newest. Returns their rows.
    std::vector<std::string> evict();
    std::vector<std::string> forget(std::string_view row_prefix, bool only_expired);
    void forget_entries();
    /// Calls `work`, which changes the entries in memory before it changes the rows. If it throws, everything
    /// is read again from the rows.
    template <typename Work>
    auto change(Work work);

    const CacheOptions options_;
    const Clock& clock_;
    table::StateRows rows_;
    std::mutex mutex_;
    bool is_loaded_ = false;
    Entries entries_;
    std::map<std::string, Entries::iterator, std::less<>> by_row_;
    std::size_t used_bytes_ = 0;
};

}  // namespace tailrace::server
