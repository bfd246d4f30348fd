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

/// A mapping's reading of one shard: how far it has been read, and the lanes in which the records that were
/// read are sent. The hash of an item's key picks its lane, so that the records of one item stay in order.
/// For one thread at a time.
class ShardCursor {
  public:
    /// The rules outlive the cursor.
    ShardCursor(const DeliveryRules& rules, ShardName name, const ShardCheckpoint& start);
    ShardCursor(const ShardCursor&) = delete;
    ShardCursor& operator=(const ShardCursor&) = delete;

    const ShardName& name() const { return name_; }

    /// There may be more to read, unless the shard is closed and has been read.
    void expect_more();
    /// What to read next; nothing where there is nothing to read or no room for it.
    std::optional<ShardRequest> request() const;
    /// Takes what was read and sorted into lanes, at that time; returns how many records the filters kept
    /// back.
    std::size_t take(ShardSight sight, Timestamp time);
    /// See Lane.
    void abandon_retries();
    /// The stream has removed the shard.
    void lose(Timestamp time);

    std::optional<Timestamp> due() const;
    struct Work {
        std::size_t lane;
        LaneWork work;
    };
    std::optional<Work> begin(Timestamp now, Eagerness eagerness);
    Lane& lane(std::size_t number) { return lanes_[number]; }

    /// Every change of the shard up to this number is done with.
    std::uint64_t handled_up_to() const;
    /// Whether nothing will come any more and all records are done with, so that the shard's children may
    /// begin.
    bool is_drained() const;
    /// Whether nothing of it is left to do at all.
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
    /// What a lane had done when the mapping began.
    std::vector<std::uint64_t> lane_starts_;
};

}  // namespace tailrace::stream
