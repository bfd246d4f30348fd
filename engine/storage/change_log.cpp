#include "engine/storage/change_log.hpp"

#include "engine/storage/key_encoding.hpp"

namespace tailrace::storage {
namespace {

constexpr std::size_t part_bytes = 8;
/// The maximum number of rows that are looked up before they are erased.
constexpr std::size_t erased_at_once = 32;

/// What comes after the number.
std::string key_end(const LoggedChange& change) {
    const auto microseconds = static_cast<std::uint64_t>(change.time.time_since_epoch().count());
    return encode_sequence(microseconds) + encode_sequence(change.partition_hash);
}

std::uint64_t key_part(std::string_view key, std::size_t number) {
    return decode_sequence(key.substr(number * part_bytes, part_bytes));
}

Timestamp time_of(std::string_view key) {
    return Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(key_part(key, 1))));
}

KeyRange rows_of(const ChangeSlice& slice) {
    KeyRange range{encode_sequence(slice.after + 1), {}};
    if (slice.up_to != std::numeric_limits<std::uint64_t>::max()) {
        range.upper = encode_sequence(slice.up_to + 1);
    }
    return range;
}

}  // namespace

ChangePage ChangeLog::read(const ChangeSlice& slice, const ChangeLimits& limits) const {
    ChangePage page;
    page.reached = slice.after;
    // If `after` equals `up_to`, the slice is empty, but it is read all the same, so that a fault of the
    // store shows.
    if (slice.after > slice.up_to) {
        page.at_end = true;
        return page;
    }
    std::size_t bytes = 0;
    std::size_t rows = 0;
    const auto cursor = rows_.range(space_, rows_of(slice), Direction::forward);
    while (cursor->next()) {
        if (rows++ == limits.rows || page.changes.size() == limits.changes) return page;
        const std::string_view key = cursor->key();
        const std::uint64_t hash = key_part(key, 2);
        if (slice.hashes.holds(hash)) {
            bytes += cursor->value().size();
            if (bytes > limits.bytes && !page.changes.empty()) return page;
            page.changes.push_back({.sequence = key_part(key, 0),
                                    .record_json = std::string(cursor->value()),
                                    .size_bytes = cursor->size_bytes(),
                                    .time = time_of(key),
                                    .partition_hash = hash});
        }
        page.reached = key_part(key, 0);
    }
    page.at_end = true;
    return page;
}

std::uint64_t ChangeLog::newest() const {
    return newest(ChangeSlice{});
}

std::uint64_t ChangeLog::newest(const ChangeSlice& slice) const {
    constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
    TimeSlice unlimited({.least_rows = all});
    return *newest(slice, unlimited);
}

std::optional<std::uint64_t> ChangeLog::newest(const ChangeSlice& slice, TimeSlice& time) const {
    if (slice.after >= slice.up_to) return 0;
    const auto cursor = rows_.range(space_, rows_of(slice), Direction::backward);
    while (cursor->next()) {
        if (!time.takes_row()) return std::nullopt;
        if (slice.hashes.holds(key_part(cursor->key(), 2))) return key_part(cursor->key(), 0);
    }
    return 0;
}

std::uint64_t ChangeLog::visit_places(const ChangeSlice& slice, TimeSlice& time,
                                      const std::function<void(const ChangePlace&)>& visit) const {
    if (slice.after >= slice.up_to) return slice.up_to;
    std::uint64_t reached = slice.after;
    const auto cursor = rows_.range(space_, rows_of(slice), Direction::forward);
    while (cursor->next()) {
        if (!time.takes_row()) return reached;
        const ChangePlace place{key_part(cursor->key(), 0), key_part(cursor->key(), 2)};
        if (slice.hashes.holds(place.partition_hash)) visit(place);
        reached = place.sequence;
    }
    return slice.up_to;
}

bool ChangeLog::reaches_before(Timestamp time) const {
    const auto cursor = rows_.range(space_, {}, Direction::forward);
    return cursor->next() && time_of(cursor->key()) < time;
}

void ChangeLogWriter::append(const LoggedChange& change) {
    transaction_.put(space(), encode_sequence(change.sequence) + key_end(change), change.record_json,
                     change.size_bytes);
}

LaneRow ChangeLogWriter::row_in_lane(const RowName& lane, const LoggedChange& change) {
    return {.lane = lane,
            .key_end = key_end(change),
            .value = change.record_json,
            .size_bytes = change.size_bytes};
}

std::vector<ChangePlace> ChangeLogWriter::erase_before(Timestamp time, TimeSlice& slice) {
    std::vector<ChangePlace> erased;
    std::vector<std::string> keys;
    do {
        keys.clear();
        {
            const auto cursor = transaction_.range(space(), {}, Direction::forward);
            while (keys.size() < erased_at_once && cursor->next() && time_of(cursor->key()) < time) {
                if (!slice.takes_row()) break;
                keys.emplace_back(cursor->key());
            }
        }
        for (const std::string& key : keys) {
            transaction_.erase(space(), key);
            erased.push_back({key_part(key, 0), key_part(key, 2)});
        }
    } while (keys.size() == erased_at_once);
    return erased;
}

}  // namespace tailrace::storage
