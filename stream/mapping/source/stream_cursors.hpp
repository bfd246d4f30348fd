#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stream/mapping/source/lane_task.hpp"
#include "stream/mapping/source/shard_cursor.hpp"

namespace tailrace::stream {

/// A mapping's reader of its whole source. It knows which shards may be read, which batch comes next, and up
/// to which change everything is done. A shard is read when its parent and all shards of older streams are
/// drained, so that the changes of one item arrive in order. For one thread at a time.
///
/// In a database that several processes share, it reads only the shards that it is told to, and the others
/// belong to other processes.
class StreamCursors {
  public:
    StreamCursors(std::string table_name, DeliveryRules rules, Checkpoint start, bool is_shared = false);

    /// Returns cursors that go on where these are, with other rules. Nothing may be under way.
    std::unique_ptr<StreamCursors> with(DeliveryRules rules) const;

    const DeliveryRules& rules() const { return rules_; }

    /// Only in a shared database: begins with a shard at its checkpoint. Without a checkpoint it goes on with
    /// a shard for which leave() has returned false.
    void hold(const std::string& shard_id, const std::optional<ShardCheckpoint>& start);
    /// Begins nothing more in a shard. Returns true if nothing is under way in it; then it is forgotten, and
    /// hold() may be called again. Must not be called while the source is being read.
    bool leave(const std::string& shard_id);

    /// Notes that the source must be read: something was committed, or a window may be over, which is known
    /// only after a read.
    void expect_more() { expects_more_ = true; }
    /// Returns true if there may be something to read and there is room for it.
    bool wants_reading() const;
    /// Returns what to read. Pass the result to sort() and take() before anything else is read.
    ShardRequests begin_reading();
    /// Finds the lane of every record. This is the only step that parses records. If one is damaged, it
    /// throws std::runtime_error with the record's number, before anything has been taken. May be called from
    /// any thread.
    void sort(StreamSight& sight) const;
    void take(StreamSight sight);

    /// Returns the time at which begin() will next have work, or at which the source must be read for it.
    /// Returns nullopt if there is no such time yet.
    std::optional<Timestamp> due() const;
    /// Returns the next work. Its lane is busy as long as the task lives.
    std::optional<LaneTask> begin(Timestamp now, Eagerness eagerness);

    /// The state when the source was last read.
    const SourceState& source() const { return source_; }
    bool is_busy() const;
    bool is_retrying() const;
    /// Returns how many batches can be under way at once.
    std::size_t lanes() const;
    std::uint64_t filtered() const { return filtered_; }
    /// Every change of the database up to this number is done, or does not belong to this source.
    std::uint64_t handled_up_to() const;
    /// In a shared database it has all shards that are held.
    Checkpoint checkpoint() const;
    std::vector<ShardStatus> shards() const;

  private:
    friend class LaneTask;
    struct Place {
        std::unique_ptr<ShardCursor> cursor;
        std::string parent_id;
        bool may_be_read = false;
        /// Of the last read that reached the shard's end: the number up to which it read, and the newest
        /// number of the database at that moment. If shards have numbers of their own, level_up_to may be
        /// greater.
        std::uint64_t read_up_to = 0;
        std::uint64_t level_up_to = 0;

        /// False if another process runs the shard.
        bool is_held = true;
        bool is_leaving = false;
        bool is_closed = false;
        bool is_drained_elsewhere = false;
        std::uint64_t starting_sequence = 0;

        /// Every change of the shard up to this number is done, unless it was written after the shard was
        /// read.
        std::uint64_t handled_up_to() const;
        bool is_drained() const { return is_held ? cursor->is_drained() : is_drained_elsewhere; }
        bool may_begin() const { return is_held && !is_leaving; }
    };
    Place place_for(const ShardSight& seen);
    bool are_others_in_the_way() const;
    Checkpoint shared_checkpoint() const;
    void begin_at(Place& place, ShardCheckpoint start) const;
    Place* find(const std::string& shard_id);
    /// Updates which shards may be read. Call it whenever a shard may have been drained.
    void allow_reading();

    const std::string table_name_;
    const DeliveryRules rules_;
    const Checkpoint start_;
    const bool is_shared_;
    /// The shards that are held and that no read has found yet.
    std::map<std::string, ShardCheckpoint, std::less<>> awaited_;
    /// In the order of StreamSight: older streams first, parents before their children.
    std::vector<Place> places_;
    std::string newest_stream_arn_;
    std::uint64_t seen_up_to_ = 0;
    std::uint64_t filtered_ = 0;
    SourceState source_;
    bool expects_more_ = true;
    bool has_read_ = false;
};

}  // namespace tailrace::stream
