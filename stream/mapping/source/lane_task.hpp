#pragma once

#include <cstddef>
#include <utility>

#include "stream/mapping/source/shard_cursor.hpp"

namespace tailrace::stream {

class StreamCursors;

/// The work that a lane has begun. The lane is busy as long as the task lives. If the task ends before the
/// work is settled, the work is put back and begun again. The cursors that the task comes from must outlive
/// it. The task and the cursors are for one thread at a time. There is one exception: while another thread
/// uses the cursors, a task that is not settled yet may be changed and judged.
class LaneTask {
  public:
    LaneTask(StreamCursors& cursors, ShardCursor& shard, ShardCursor::Begun begun);
    ~LaneTask();
    LaneTask(LaneTask&& other) noexcept
        : cursors_(std::exchange(other.cursors_, nullptr)),
          shard_(other.shard_),
          begun_(std::move(other.begun_)),
          is_settled_(other.is_settled_) {}
    LaneTask& operator=(LaneTask&&) = delete;

    Delivery& delivery() { return begun_.work.delivery; }
    DiscardCondition condition() const { return begun_.work.condition; }
    /// Marks the records to be given up instead of sent.
    void skip() { begun_.work.condition = DiscardCondition::skipped; }

    const MappingParameters& parameters() const;
    /// The number of the lane, and of lanes in its shard.
    std::size_t lane() const { return begun_.lane; }
    std::size_t lanes() const { return shard_.lanes(); }

    /// See Lane for these.
    Verdict judge(const BatchAnswer& answer, Timestamp now) const;
    void settle(const Verdict& verdict, const BatchAnswer& answer);

  private:
    /// Null for a task that was moved from.
    StreamCursors* cursors_;
    ShardCursor& shard_;
    ShardCursor::Begun begun_;
    bool is_settled_ = false;
};

}  // namespace tailrace::stream
