#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stream/mapping/source/lane_task.hpp"
#include "stream/mapping/source/shard_cursor.hpp"

namespace tailrace::stream {

/// A mapping's reading of its whole source: which shards may be read, what is sent next, and how far
/// everything is done with. A shard is read when its parent and all shards of older streams are drained, so
/// that changes of one item arrive in their order. For one thread at a time.
class StreamCursors {
  public:
    StreamCursors(std::string table_name, DeliveryRules rules, Checkpoint start);

    const DeliveryRules& rules() const { return rules_; }

    /// Something was committed, or a moment has come at which it matters that nothing was.
    void expect_more() { expects_more_ = true; }
    /// Whether there may be something to read and there is room for it.
    bool wants_reading() const;
    /// What to read; what comes of it goes into sort() and take() before anything else is read.
    ShardRequests begin_reading();
    /// Finds out where every record goes. The only step that reads records: throws std::runtime_error with
    /// the number of one that is damaged, when nothing has been taken yet. From any thread.
    void sort(StreamSight& sight) const;
    void take(StreamSight sight);

    /// When begin() has something to do, or the source has to be read for it; nothing for never so far.
    std::optional<Timestamp> due() const;
    /// Takes the next work; its lane is busy as long as the task lives.
    std::optional<LaneTask> begin(Timestamp now, Eagerness eagerness);

    /// As it was when the source was last read.
    const SourceState& source() const { return source_; }
    bool is_busy() const;
    bool is_retrying() const;
    /// How many batches can be under way at once.
    std::size_t lanes() const;
    std::uint64_t filtered() const { return filtered_; }
    /// Every change of the database up to this number is done with, or is not this source's.
    std::uint64_t handled_up_to() const;
    Checkpoint checkpoint() const;
    std::vector<ShardStatus> shards() const;

  private:
    friend class LaneTask;
    struct Place {
        std::unique_ptr<ShardCursor> cursor;
        std::string parent_id;
        bool may_be_read = false;
    };
    Place* find(const std::string& shard_id);
    /// Finds out again which shards may be read, when one may have been drained.
    void allow_reading();

    const std::string table_name_;
    const DeliveryRules rules_;
    const Checkpoint start_;
    /// In the order of the sight: older streams first, parents before their children.
    std::vector<Place> places_;
    std::string newest_stream_arn_;
    std::uint64_t seen_up_to_ = 0;
    std::uint64_t filtered_ = 0;
    SourceState source_;
    bool expects_more_ = true;
    bool has_read_ = false;
};

}  // namespace tailrace::stream
