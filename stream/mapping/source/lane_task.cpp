#include "stream/mapping/source/lane_task.hpp"

#include "stream/mapping/source/stream_cursors.hpp"

namespace tailrace::stream {

LaneTask::LaneTask(StreamCursors& cursors, ShardCursor& shard, ShardCursor::Begun begun)
    : cursors_(&cursors), shard_(shard), begun_(std::move(begun)) {}

LaneTask::~LaneTask() {
    if (cursors_ == nullptr) return;
    Lane& lane = shard_.lane(begun_.lane);
    if (is_settled_) {
        lane.release();
    } else {
        lane.put_back(std::move(begun_.work));
    }
    cursors_->allow_reading();
}

const MappingParameters& LaneTask::parameters() const {
    return cursors_->rules().parameters;
}

Verdict LaneTask::judge(const BatchAnswer& answer, Timestamp now) const {
    return shard_.lane(begun_.lane).judge(begun_.work, answer, now);
}

void LaneTask::settle(const Verdict& verdict, const BatchAnswer& answer) {
    shard_.lane(begun_.lane).settle(begun_.work, verdict, answer);
    is_settled_ = true;
}

}  // namespace tailrace::stream
