#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "stream/mapping/source/checkpoint.hpp"
#include "stream/mapping/source/lane.hpp"
#include "stream/mapping/source/shard_status.hpp"
#include "stream/mapping/source/stream_source.hpp"

namespace tailrace::stream {

/// A mapping's reader of one shard: how far the shard has been read, and the lanes in which the records read
/// are sent. The hash of an item's key picks its lane, so the records of one item stay in order. For one
/// thread at a time.
class ShardCursor {
  public:
    /// The rules must outlive the cursor.
    ShardCursor(const DeliveryRules& rules, ShardName name, const ShardCheckpoint& start);
    ShardCursor(const ShardCursor&) = delete;
    ShardCursor& operator=(const ShardCursor&) = delete;

    const ShardName& name() const { return name_; }

    /// Notes that there may be more to read, unless the shard is closed and has been read to its end.
    void expect_more();
    /// Returns what to read next, or nullopt if there is nothing to read or no room for it.
    std::optional<ShardRequest> request() const;
    /// Takes records that were read at that time and sorted into lanes. Returns how many of them the filters
    /// rejected.
    std::size_t take(ShardSight sight, Timestamp time);
    /// See Lane.
    void abandon_retries();
    /// Notes that the stream has removed the shard.
    void lose(Timestamp time);

    std::optional<Timestamp> due() const;
    /// Work that a lane has begun, with the lane's number.
    struct Begun {
        std::size_t lane;
        LaneWork work;
    };
    std::optional<Begun> begin(Timestamp now, Eagerness eagerness);
    Lane& lane(std::size_t number) { return lanes_[number]; }

    /// Every change of the shard up to this number is done.
    std::uint64_t handled_up_to() const;
    /// Returns true if no more records will come and all are done, so that the shard's children may begin.
    bool is_drained() const;
    /// Returns true if there is nothing left to do for this shard.
    bool is_over() const;
    bool is_busy() const;
    bool is_retrying() const;
    std::size_t lanes() const { return lanes_.size(); }
    ShardCheckpoint checkpoint() const;
    ShardStatus status() const;

  private:
    void add(std::size_t lane, table::LoggedChange change, Timestamp time);
    std::uint64_t handled_in(std::size_t lane) const;
    std::size_t waiting() const;

    const DeliveryRules& rules_;
    const ShardName name_;
    ShardReading reading_;
    std::optional<std::uint64_t> ending_sequence_;
    std::deque<Lane> lanes_;
    /// How far each lane was when the mapping began.
    std::vector<std::uint64_t> lane_starts_;
};

}  // namespace tailrace::stream
