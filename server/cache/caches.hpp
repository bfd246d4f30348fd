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

/// The most a value may hold. Source: Momento's limits, "item size".
inline constexpr std::size_t max_cached_bytes = 1024 * 1024;

struct CacheOptions {
    std::vector<CacheDefinition> caches = {};
    /// What all values together may take, their keys and what surrounds them included.
    std::size_t memory_bytes = 64 * 1024 * 1024;
    /// Whether values are kept with the tables. Beside tables in memory they would only be there twice.
    bool are_kept = true;
};

/// What a cache holds.
struct CacheContents {
    CacheDefinition definition;
    std::size_t items;
    std::size_t size_bytes;
};

/// The values of all caches: each lives for a time, by the server's clock, and when they take more memory
/// than they may, those that nobody has asked for longest go; after a restart, those that were set first.
/// They are kept with the tables, and read from there when a cache is first asked.
///
/// Functions that name a cache throw std::out_of_range where there is none of that name, and StorageError.
/// Thread-safe.
class Caches {
  public:
    /// The database and the clock outlive the caches.
    Caches(table::Database& database, const Clock& clock, CacheOptions options);

    bool empty() const { return options_.caches.empty(); }
    bool has(std::string_view cache) const;

    /// Nothing where there is no value under the key, or its time is over.
    std::optional<std::string> get(std::string_view cache, std::string_view key);
    /// The value lives for the cache's own time where none is given. Throws std::length_error where it is
    /// longer than max_cached_bytes.
    void set(std::string_view cache, std::string_view key, std::string_view value,
             std::optional<std::chrono::seconds> time_to_live = std::nullopt);
    /// False when there was no value under the key.
    bool erase(std::string_view cache, std::string_view key);
    /// Returns how many values there were.
    std::size_t clear(std::string_view cache);

    /// In the order in which they were named.
    std::vector<CacheContents> contents();

  private:
    struct Entry {
        std::string row;
        std::string value;
        Timestamp expires;
    };
    /// The one asked for last comes first.
    using Entries = std::list<Entry>;

    const CacheDefinition& definition(std::string_view cache) const;
    /// The name of a value's row: "cruddur/" and the key.
    std::string row_of(std::string_view cache, std::string_view key) const;
    void load();
    void forget_rows(const std::vector<std::string>& rows);
    void erase_rows(const std::vector<std::string>& rows);
    void insert(Entry entry);
    void remove(Entries::iterator entry);
    /// Forgets what is over what memory there is, but not the newest; returns the rows.
    std::vector<std::string> evict();
    std::vector<std::string> forget(std::string_view row_prefix, bool only_expired);
    /// Calls `work`, which changes what is in memory before it does what is kept. Where it throws, all is
    /// read again from what is kept.
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
