#include "server/cache/caches.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace tailrace::server {
namespace {

/// What a value takes besides its own bytes and its key's, twice: the list, the map, the strings.
constexpr std::size_t entry_overhead_bytes = 256;
constexpr std::size_t moment_bytes = 8;

std::size_t size_of(const std::string& row, const std::string& value) {
    return 2 * row.size() + value.size() + entry_overhead_bytes;
}

/// A row's text: when the value expires, in microseconds since 1970, and the value.
std::string to_text(Timestamp expires, std::string_view value) {
    const auto moment = static_cast<std::uint64_t>(expires.time_since_epoch().count());
    std::string text;
    text.reserve(moment_bytes + value.size());
    for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<char>(moment >> shift & 0xff));
    return text.append(value);
}

Timestamp moment_of(std::string_view text) {
    std::uint64_t moment = 0;
    for (const char c : text.substr(0, moment_bytes)) moment = moment << 8 | static_cast<unsigned char>(c);
    return Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(moment)));
}

}  // namespace

Caches::Caches(table::Database& database, const Clock& clock, CacheOptions options)
    : options_(std::move(options)), clock_(clock), rows_(database, "cache/") {}

bool Caches::has(std::string_view cache) const {
    return std::ranges::find(options_.caches, cache, &CacheDefinition::name) != options_.caches.end();
}

const CacheDefinition& Caches::definition(std::string_view cache) const {
    const auto found = std::ranges::find(options_.caches, cache, &CacheDefinition::name);
    if (found == options_.caches.end()) {
        throw std::out_of_range("there is no cache '" + std::string(cache) + "'");
    }
    return *found;
}

std::string Caches::row_of(std::string_view cache, std::string_view key) const {
    return definition(cache).name + "/" + std::string(key);
}

void Caches::load() {
    if (is_loaded_) return;
    const Timestamp now = clock_.now();
    std::vector<std::string> gone;
    rows_.visit([&](std::string_view row, std::string_view text) {
        // The rows of a cache that is not served wait for a start that names it.
        if (!has(row.substr(0, row.find('/')))) return;
        const Timestamp expires = moment_of(text);
        if (text.size() < moment_bytes || expires <= now) {
            gone.emplace_back(row);
        } else {
            insert({std::string(row), std::string(text.substr(moment_bytes)), expires});
            for (std::string& each : evict()) gone.push_back(std::move(each));
        }
    });
    if (!gone.empty()) rows_.erase(gone);
    is_loaded_ = true;
}

void Caches::insert(Entry entry) {
    used_bytes_ += size_of(entry.row, entry.value);
    entries_.push_front(std::move(entry));
    by_row_.emplace(entries_.front().row, entries_.begin());
}

void Caches::remove(Entries::iterator entry) {
    used_bytes_ -= size_of(entry->row, entry->value);
    by_row_.erase(entry->row);
    entries_.erase(entry);
}

std::vector<std::string> Caches::evict() {
    std::vector<std::string> rows;
    while (used_bytes_ > options_.memory_bytes && entries_.size() > 1) {
        rows.push_back(entries_.back().row);
        remove(std::prev(entries_.end()));
    }
    return rows;
}

template <typename Work>
auto Caches::change(Work work) {
    load();
    try {
        return work();
    } catch (...) {
        by_row_.clear();
        entries_.clear();
        used_bytes_ = 0;
        is_loaded_ = false;
        throw;
    }
}

std::optional<std::string> Caches::get(std::string_view cache, std::string_view key) {
    const std::string row = row_of(cache, key);
    const std::lock_guard lock(mutex_);
    load();
    const auto found = by_row_.find(row);
    if (found == by_row_.end()) return std::nullopt;
    const auto entry = found->second;
    if (entry->expires <= clock_.now()) {
        rows_.erase(std::vector{row});
        remove(entry);
        return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->value;
}

void Caches::set(std::string_view cache, std::string_view key, std::string_view value,
                 std::optional<std::chrono::seconds> time_to_live) {
    if (value.size() > max_cached_bytes) {
        throw std::length_error("The value has " + std::to_string(value.size()) +
                                " bytes; a value has at most " + std::to_string(max_cached_bytes) + ".");
    }
    const CacheDefinition& served = definition(cache);
    const std::string row = row_of(cache, key);
    const std::lock_guard lock(mutex_);
    change([&] {
        const Timestamp expires = clock_.now() + time_to_live.value_or(served.time_to_live);
        const auto before = by_row_.find(row);
        if (before != by_row_.end()) remove(before->second);
        insert({row, std::string(value), expires});
        rows_.save(row, to_text(expires, value), evict());
    });
}

bool Caches::erase(std::string_view cache, std::string_view key) {
    const std::string row = row_of(cache, key);
    const std::lock_guard lock(mutex_);
    load();
    const auto found = by_row_.find(row);
    if (found == by_row_.end()) return false;
    const bool is_over = found->second->expires <= clock_.now();
    rows_.erase(std::vector{row});
    remove(found->second);
    return !is_over;
}

std::vector<std::string> Caches::forget(std::string_view row_prefix, bool only_expired) {
    const Timestamp now = clock_.now();
    std::vector<std::string> rows;
    auto entry = by_row_.lower_bound(row_prefix);
    while (entry != by_row_.end() && entry->first.starts_with(row_prefix)) {
        const auto found = (entry++)->second;
        if (only_expired && found->expires > now) continue;
        rows.push_back(found->row);
        remove(found);
    }
    return rows;
}

std::size_t Caches::clear(std::string_view cache) {
    const std::string prefix = row_of(cache, {});
    const std::lock_guard lock(mutex_);
    return change([&] {
        rows_.erase(forget(prefix, true));
        const std::vector<std::string> rows = forget(prefix, false);
        rows_.erase(rows);
        return rows.size();
    });
}

std::vector<CacheContents> Caches::contents() {
    const std::lock_guard lock(mutex_);
    std::vector<CacheContents> all;
    for (const CacheDefinition& each : options_.caches) {
        const std::string prefix = each.name + "/";
        change([&] { rows_.erase(forget(prefix, true)); });
        CacheContents cache{.definition = each, .items = 0, .size_bytes = 0};
        for (auto entry = by_row_.lower_bound(prefix);
             entry != by_row_.end() && entry->first.starts_with(prefix); ++entry) {
            ++cache.items;
            cache.size_bytes += entry->second->value.size();
        }
        all.push_back(std::move(cache));
    }
    return all;
}

}  // namespace tailrace::server
