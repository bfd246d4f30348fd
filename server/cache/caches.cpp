#include "server/cache/caches.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "engine/table/store.hpp"

namespace tailrace::server {
namespace {

/// The memory of an entry in addition to its value and twice its key: the list, the map, the strings.
constexpr std::size_t entry_overhead_bytes = 256;
constexpr std::size_t moment_bytes = 8;
constexpr std::size_t header_bytes = 2 * moment_bytes;

std::size_t size_of(const std::string& row, const std::string& value) {
    return 2 * row.size() + value.size() + entry_overhead_bytes;
}

void append_moment(std::string& text, Timestamp moment) {
    const auto microseconds = static_cast<std::uint64_t>(moment.time_since_epoch().count());
    for (int shift = 56; shift >= 0; shift -= 8) {
        text.push_back(static_cast<char>(microseconds >> shift & 0xff));
    }
}

/// Returns a row's text: when the value expires and when it was set, each in microseconds since 1970, then
/// the value.
std::string to_text(Timestamp expires, Timestamp set, std::string_view value) {
    std::string text;
    text.reserve(header_bytes + value.size());
    append_moment(text, expires);
    append_moment(text, set);
    return text.append(value);
}

Timestamp moment_in(std::string_view text) {
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
    std::vector<std::pair<Timestamp, Entry>> found;
    std::vector<std::string> gone;
    if (options_.are_kept) {
        rows_.visit([&](std::string_view row, std::string_view text) {
            // If the server does not provide a cache now, the cache's rows are kept, because a later start
            // may name the cache again.
            if (!has(row.substr(0, row.find('/')))) return;
            const Timestamp expires = moment_in(text);
            if (text.size() < header_bytes || expires <= now) {
                gone.emplace_back(row);
                return;
            }
            Entry entry{std::string(row), std::string(text.substr(header_bytes)), expires};
            found.emplace_back(moment_in(text.substr(moment_bytes)), std::move(entry));
        });
    }
    // It is no longer known which values were used last, so those that were set last come first.
    std::ranges::stable_sort(found, {}, &std::pair<Timestamp, Entry>::first);
    for (auto& each : found) insert(std::move(each.second));
    for (std::string& row : evict()) gone.push_back(std::move(row));
    is_loaded_ = true;
    forget_rows(gone);
}

/// Erases the rows of values that are gone. If that fails, the next load removes the rows, so the error is
/// not reported.
void Caches::forget_rows(const std::vector<std::string>& rows) {
    if (!options_.are_kept) return;
    try {
        rows_.erase(rows);
    } catch (const table::StorageError&) {  // NOLINT(bugprone-empty-catch): see above
    }
}

void Caches::erase_rows(const std::vector<std::string>& rows) {
    if (options_.are_kept) rows_.erase(rows);
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
    try {
        load();
        return work();
    } catch (...) {
        forget_entries();
        throw;
    }
}

void Caches::forget_entries() {
    by_row_.clear();
    entries_.clear();
    used_bytes_ = 0;
    is_loaded_ = false;
}

void Caches::forget() {
    const std::lock_guard lock(mutex_);
    forget_entries();
}

std::optional<std::string> Caches::get(std::string_view cache, std::string_view key) {
    const std::string row = row_of(cache, key);
    const std::lock_guard lock(mutex_);
    return change([&]() -> std::optional<std::string> {
        const auto found = by_row_.find(row);
        if (found == by_row_.end()) return std::nullopt;
        const auto entry = found->second;
        if (entry->expires <= clock_.now()) {
            remove(entry);
            forget_rows({row});
            return std::nullopt;
        }
        entries_.splice(entries_.begin(), entries_, entry);
        return entry->value;
    });
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
        const Timestamp now = clock_.now();
        const Timestamp expires = now + time_to_live.value_or(served.time_to_live);
        const auto before = by_row_.find(row);
        if (before != by_row_.end()) remove(before->second);
        insert({row, std::string(value), expires});
        const std::vector<std::string> evicted = evict();
        if (options_.are_kept) rows_.save(row, to_text(expires, now, value), evicted);
    });
}

bool Caches::erase(std::string_view cache, std::string_view key) {
    const std::string row = row_of(cache, key);
    const std::lock_guard lock(mutex_);
    return change([&] {
        const auto found = by_row_.find(row);
        if (found == by_row_.end()) return false;
        const bool is_over = found->second->expires <= clock_.now();
        remove(found->second);
        erase_rows({row});
        return !is_over;
    });
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
        forget_rows(forget(prefix, true));
        const std::vector<std::string> rows = forget(prefix, false);
        erase_rows(rows);
        return rows.size();
    });
}

void Caches::clear() {
    for (const CacheDefinition& each : options_.caches) clear(each.name);
}

std::vector<CacheContents> Caches::contents() {
    const std::lock_guard lock(mutex_);
    std::vector<CacheContents> all;
    for (const CacheDefinition& each : options_.caches) {
        const std::string prefix = each.name + "/";
        change([&] { forget_rows(forget(prefix, true)); });
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
