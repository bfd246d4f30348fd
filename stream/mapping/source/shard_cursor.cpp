#include "stream/mapping/source/shard_cursor.hpp"

#include <algorithm>

namespace tailrace::stream {
namespace {

/// While one lane waits, the others may read ahead by this many batches each.
constexpr std::size_t batches_ahead = 4;

}  // namespace

ShardCursor::ShardCursor(const DeliveryRules& rules, ShardName name, const ShardCheckpoint& start)
    : rules_(rules), name_(std::move(name)), lane_starts_(start.lanes) {
    reading_.reached = start.sequence;
    for (std::size_t i = 0; i < rules.lanes(); ++i) lanes_.emplace_back(rules_, name_);
    // If the number of lanes has changed, items are in other lanes.
    if (lane_starts_.size() != lanes_.size()) lane_starts_.assign(lanes_.size(), start.sequence);
    lanes_.front().restore_window(start.window);
}

std::optional<ShardRequest> ShardCursor::request() const {
    const std::size_t room = rules_.parameters.batch_size * lanes_.size();
    const bool is_wanted = std::ranges::any_of(lanes_, &Lane::wants_records);
    if (reading_.at_end || !is_wanted || waiting() >= room * batches_ahead) return std::nullopt;
    return ShardRequest{reading_.reached, room};
}

std::size_t ShardCursor::take(ShardSight sight, Timestamp time) {
    table::ChangePage& page = *sight.page;
    std::size_t filtered = 0;
    for (std::size_t i = 0; i < page.changes.size(); ++i) {
        if (sight.lanes[i]) {
            add(*sight.lanes[i], std::move(page.changes[i]), time);
        } else {
            ++filtered;
        }
    }
    reading_.reached = std::max(reading_.reached, page.reached);
    reading_.is_closed = !sight.shard.is_open();
    ending_sequence_ = sight.shard.ending_sequence;
    if (page.at_end) reading_.at_end = time;
    return filtered;
}

void ShardCursor::add(std::size_t lane, table::LoggedChange change, Timestamp time) {
    if (change.sequence <= lane_starts_[lane]) return;
    // A record counts as waiting since it was made, however late it is read: if the clock is moved right
    // after a write, the record's batching window ends. For a record that is older than the mapping, the
    // window begins when the mapping did.
    const Timestamp arrival = std::min(time, std::max(change.time, rules_.began));
    lanes_[lane].add({change.sequence, std::move(change.record_json), change.time}, arrival);
}

void ShardCursor::expect_more() {
    if (!reading_.is_closed) reading_.at_end.reset();
}

void ShardCursor::abandon_retries() {
    for (Lane& lane : lanes_) lane.abandon_retries();
}

void ShardCursor::lose(Timestamp time) {
    reading_.is_closed = true;
    reading_.at_end = time;
}

std::optional<Timestamp> ShardCursor::due() const {
    std::optional<Timestamp> first;
    for (const Lane& lane : lanes_) {
        const auto due = lane.due(reading_);
        if (due && (!first || *due < *first)) first = due;
    }
    return first;
}

std::optional<ShardCursor::Begun> ShardCursor::begin(Timestamp now, Eagerness eagerness) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (auto work = lanes_[i].begin(now, eagerness, reading_)) return Begun{i, std::move(*work)};
    }
    return std::nullopt;
}

std::uint64_t ShardCursor::handled_in(std::size_t lane) const {
    const auto first = lanes_[lane].first_waiting();
    // After a restart, reading begins at the lane that is furthest behind, and the others are ahead of it.
    return first ? *first - 1 : std::max(reading_.reached, lane_starts_[lane]);
}

std::uint64_t ShardCursor::handled_up_to() const {
    std::uint64_t handled = reading_.reached;
    if (ending_sequence_) handled = std::min(handled, *ending_sequence_);
    for (std::size_t i = 0; i < lanes_.size(); ++i) handled = std::min(handled, handled_in(i));
    return handled;
}

std::size_t ShardCursor::waiting() const {
    std::size_t count = 0;
    for (const Lane& lane : lanes_) count += lane.waiting();
    return count;
}

bool ShardCursor::is_drained() const {
    return reading_.is_closed && reading_.at_end && waiting() == 0 && !is_busy();
}

bool ShardCursor::is_over() const {
    const ShardWindow* window = lanes_.front().window();
    return is_drained() && (window == nullptr || !window->is_open());
}

bool ShardCursor::is_busy() const {
    return std::ranges::any_of(lanes_, &Lane::is_busy);
}

bool ShardCursor::is_retrying() const {
    return std::ranges::any_of(lanes_, &Lane::is_retrying);
}

ShardCheckpoint ShardCursor::checkpoint() const {
    ShardCheckpoint checkpoint{handled_up_to()};
    if (lanes_.size() > 1) {
        for (std::size_t i = 0; i < lanes_.size(); ++i) checkpoint.lanes.push_back(handled_in(i));
        // If every lane has handled all that was read, the lanes need no entries.
        const auto is_level = [this](std::uint64_t handled) { return handled == reading_.reached; };
        if (std::ranges::all_of(checkpoint.lanes, is_level)) checkpoint.lanes.clear();
    } else if (const ShardWindow* window = lanes_.front().window()) {
        checkpoint.window = window->checkpoint_json();
    }
    return checkpoint;
}

ShardStatus ShardCursor::status() const {
    ShardStatus status;
    status.stream_arn = name_.stream_arn;
    status.shard_id = name_.shard_id;
    status.sequence = handled_up_to();
    status.waiting = waiting();
    status.is_closed = reading_.is_closed;
    for (const Lane& lane : lanes_) {
        const std::optional<RetryStatus> retry = lane.retry();
        // A batch without a failed attempt was only put back, so it is not a retry.
        if (!retry || retry->attempts == 0) continue;
        if (!status.retry || retry->next_try < status.retry->next_try) status.retry = retry;
    }
    return status;
}

}  // namespace tailrace::stream
