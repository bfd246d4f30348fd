#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/model/time_slice.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// A range of partition hashes, inclusive on both ends; by default all of them.
struct HashRange {
    std::uint64_t first = 0;
    std::uint64_t last = std::numeric_limits<std::uint64_t>::max();

    bool holds(std::uint64_t hash) const { return first <= hash && hash <= last; }
    friend bool operator==(const HashRange&, const HashRange&) = default;
};

/// One logged change: a Streams record in wire JSON, with its sequence number.
struct LoggedChange {
    std::uint64_t sequence = 0;
    std::string record_json;
    /// The record's SizeBytes.
    std::uint32_t size_bytes = 0;
    Timestamp time = {};
    /// The hash at the start of the item's row key.
    std::uint64_t partition_hash = 0;
};

/// The changes of the partitions in `hashes` whose sequence number is greater than `after` and at most
/// `up_to`.
struct ChangeSlice {
    std::uint64_t after = 0;
    std::uint64_t up_to = std::numeric_limits<std::uint64_t>::max();
    HashRange hashes = {};
};

/// Limits on one read: the number of changes, the bytes of their JSON (but always at least one change), and
/// the rows examined, whether they belong to the slice or not.
struct ChangeLimits {
    std::size_t changes;
    std::size_t bytes;
    std::size_t rows = std::numeric_limits<std::size_t>::max();
};

/// Changes of a slice, oldest first.
struct ChangePage {
    std::vector<LoggedChange> changes;
    /// All changes of the slice up to this number are in this page or an earlier one.
    std::uint64_t reached = 0;
    /// True if the log holds no more of the slice.
    bool at_end = false;
};

/// A change without its record.
struct ChangePlace {
    std::uint64_t sequence = 0;
    std::uint64_t partition_hash = 0;
};

/// The changes of one stream in the order of their commits. They have a key space of their own (see
/// store.hpp).
///
///     row := sequence time hash -> record in wire JSON
///
/// sequence, time (microseconds since 1970) and hash (of the item's partition) are 8 bytes each, big-endian.
/// Sequence numbers come from one counter for all streams of a database, so they increase across streams,
/// across restarts, and when a stream is created again.
class ChangeLog {
  public:
    ChangeLog(ReadTransaction& rows, SpaceId space) : rows_(rows), space_(space) {}

    ChangePage read(const ChangeSlice& slice, const ChangeLimits& limits) const;
    /// The number of the newest change; 0 if there is none.
    std::uint64_t newest() const;
    /// The number of the newest change of a slice; 0 if there is none.
    std::uint64_t newest(const ChangeSlice& slice) const;
    /// The same, or nullopt if the time runs out first. The search can take long, because it passes over the
    /// changes of other partitions.
    std::optional<std::uint64_t> newest(const ChangeSlice& slice, TimeSlice& time) const;
    /// Calls `visit` with each change of a slice, oldest first, until the time is over. Returns the number of
    /// the last change that it passed, or `slice.up_to` at the end.
    std::uint64_t visit_places(const ChangeSlice& slice, TimeSlice& time,
                               const std::function<void(const ChangePlace&)>& visit) const;

    /// True if the oldest change was made before `time`.
    bool reaches_before(Timestamp time) const;

  protected:
    SpaceId space() const { return space_; }

  private:
    ReadTransaction& rows_;
    SpaceId space_;
};

/// The same for a transaction that writes.
class ChangeLogWriter : public ChangeLog {
  public:
    ChangeLogWriter(Transaction& transaction, SpaceId space)
        : ChangeLog(transaction, space), transaction_(transaction) {}

    void append(const LoggedChange& change);
    /// The same for a change that gets its number in a lane. The change must outlive the row.
    static LaneRow row_in_lane(const RowName& lane, const LoggedChange& change);
    /// Erases the oldest changes that were made before `time`, until the time of `slice` is over. Returns the
    /// erased changes in order.
    std::vector<ChangePlace> erase_before(Timestamp time, TimeSlice& slice);

  private:
    Transaction& transaction_;
};

}  // namespace tailrace::storage
