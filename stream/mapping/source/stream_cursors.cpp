#include "stream/mapping/source/stream_cursors.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/sequence_number.hpp"
#include "stream/mapping/source/item_lane.hpp"

namespace tailrace::stream {
namespace {

std::optional<std::size_t> lane_of(const table::LoggedChange& change, const DeliveryRules& rules) {
    const boost::json::value record = parse_json(change.record_json);
    if (rules.accepts && !rules.accepts(record)) return std::nullopt;
    return item_lane(record, rules.lanes());
}

}  // namespace

StreamCursors::StreamCursors(std::string table_name, DeliveryRules rules, Checkpoint start)
    : table_name_(std::move(table_name)),
      rules_(std::move(rules)),
      start_(std::move(start)),
      newest_stream_arn_(start_.stream_arn),
      seen_up_to_(start_.sequence) {}

bool StreamCursors::wants_reading() const {
    return expects_more_ || std::ranges::any_of(places_, [](const Place& place) {
               return place.may_be_read && place.cursor->request();
           });
}

ShardRequests StreamCursors::begin_reading() {
    ShardRequests requests;
    for (const Place& place : places_) {
        if (expects_more_) place.cursor->expect_more();
        if (!place.may_be_read) continue;
        if (const auto request = place.cursor->request()) {
            requests.emplace(place.cursor->name().shard_id, *request);
        }
    }
    expects_more_ = false;
    return requests;
}

StreamCursors::Place* StreamCursors::find(const std::string& shard_id) {
    const auto found = std::ranges::find_if(
        places_, [&](const Place& place) { return place.cursor->name().shard_id == shard_id; });
    return found == places_.end() ? nullptr : &*found;
}

void StreamCursors::sort(StreamSight& sight) const {
    for (ShardSight& seen : sight.shards) {
        if (!seen.page) continue;
        const std::vector<table::LoggedChange>& changes = seen.page->changes;
        seen.lanes.assign(changes.size(), 0);
        if (!rules_.accepts && rules_.lanes() == 1) continue;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            try {
                seen.lanes[i] = lane_of(changes[i], rules_);
            } catch (const std::exception& error) {
                throw std::runtime_error("the record " + sequence_text(changes[i].sequence) +
                                         " of the shard " + seen.shard.id +
                                         " cannot be read: " + error.what());
            }
        }
    }
}

void StreamCursors::take(StreamSight sight) {
    has_read_ = true;
    source_ = std::move(sight.source);
    seen_up_to_ = std::max(seen_up_to_, sight.newest_sequence);
    std::vector<Place> places;
    for (ShardSight& seen : sight.shards) {
        newest_stream_arn_ = seen.stream_arn;
        Place place;
        if (Place* known = find(seen.shard.id)) {
            place = std::move(*known);
            std::erase_if(places_, [](const Place& each) { return each.cursor == nullptr; });
        } else {
            ShardCheckpoint start = start_.of_shard(seen.shard.id);
            start.sequence = std::max(start.sequence, seen.shard.starting_sequence);
            place.cursor = std::make_unique<ShardCursor>(
                rules_, ShardName{table_name_, seen.stream_arn, seen.shard.id}, start);
            place.parent_id = seen.shard.parent_id;
        }
        if (seen.is_of_earlier_table) place.cursor->abandon_retries();
        if (seen.page && seen.page->at_end) {
            place.read_up_to = seen.page->reached;
            place.level_up_to = sight.newest_sequence;
        }
        if (seen.page) filtered_ += place.cursor->take(std::move(seen), sight.time);
        places.push_back(std::move(place));
    }
    // The remaining shards have been trimmed from the stream. Their records that were read are still sent.
    for (auto place = places_.rbegin(); place != places_.rend(); ++place) {
        place->cursor->lose(sight.time);
        if (!place->cursor->is_over()) places.insert(places.begin(), std::move(*place));
    }
    places_ = std::move(places);
    allow_reading();
}

void StreamCursors::allow_reading() {
    std::string stream_arn;
    bool older_are_drained = true;
    bool all_are_drained = true;
    for (Place& place : places_) {
        if (place.cursor->name().stream_arn != stream_arn) {
            stream_arn = place.cursor->name().stream_arn;
            older_are_drained = all_are_drained;
        }
        const Place* parent = place.parent_id.empty() ? nullptr : find(place.parent_id);
        place.may_be_read = older_are_drained && (parent == nullptr || parent->cursor->is_drained());
        all_are_drained = all_are_drained && place.cursor->is_drained();
    }
}

std::optional<Timestamp> StreamCursors::due() const {
    std::optional<Timestamp> first;
    for (const Place& place : places_) {
        const auto due = place.cursor->due();
        if (due && (!first || *due < *first)) first = due;
    }
    return first;
}

std::optional<LaneTask> StreamCursors::begin(Timestamp now, Eagerness eagerness) {
    for (Place& place : places_) {
        if (auto begun = place.cursor->begin(now, eagerness)) {
            return std::optional<LaneTask>(std::in_place, *this, *place.cursor, std::move(*begun));
        }
    }
    return std::nullopt;
}

bool StreamCursors::is_busy() const {
    return std::ranges::any_of(places_, [](const Place& place) { return place.cursor->is_busy(); });
}

bool StreamCursors::is_retrying() const {
    return std::ranges::any_of(places_, [](const Place& place) { return place.cursor->is_retrying(); });
}

std::size_t StreamCursors::lanes() const {
    std::size_t count = 0;
    for (const Place& place : places_)
        if (place.may_be_read && !place.cursor->is_over()) count += place.cursor->lanes();
    return count;
}

std::uint64_t StreamCursors::Place::handled_up_to() const {
    const std::uint64_t handled = cursor->handled_up_to();
    return handled >= read_up_to ? std::max(handled, level_up_to) : handled;
}

std::uint64_t StreamCursors::handled_up_to() const {
    std::uint64_t handled = seen_up_to_;
    for (const Place& place : places_) {
        if (!place.cursor->is_drained()) handled = std::min(handled, place.handled_up_to());
    }
    return handled;
}

Checkpoint StreamCursors::checkpoint() const {
    // Before the first read nothing is known about the shards, so they are where the mapping began.
    if (!has_read_) return start_;
    Checkpoint checkpoint{newest_stream_arn_, handled_up_to()};
    for (const Place& place : places_) {
        ShardCheckpoint shard = place.cursor->checkpoint();
        const bool is_elsewhere = shard.sequence > checkpoint.sequence ||
                                  (shard.sequence < checkpoint.sequence && !place.cursor->is_drained());
        if (is_elsewhere || !shard.lanes.empty() || !shard.window.is_null()) {
            checkpoint.shards[place.cursor->name().shard_id] = std::move(shard);
        }
    }
    return checkpoint;
}

std::vector<ShardStatus> StreamCursors::shards() const {
    std::vector<ShardStatus> all;
    for (const Place& place : places_) all.push_back(place.cursor->status());
    return all;
}

}  // namespace tailrace::stream
