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

StreamCursors::StreamCursors(std::string table_name, DeliveryRules rules, Checkpoint start, bool is_shared)
    : table_name_(std::move(table_name)),
      rules_(std::move(rules)),
      start_(std::move(start)),
      is_shared_(is_shared),
      newest_stream_arn_(start_.stream_arn),
      seen_up_to_(start_.sequence) {}

void StreamCursors::begin_at(Place& place, ShardCheckpoint start) const {
    start.sequence = std::max(start.sequence, place.starting_sequence);
    const ShardName name = place.cursor->name();
    place.cursor = std::make_unique<ShardCursor>(rules_, name, start);
    place.read_up_to = 0;
    place.level_up_to = 0;
    place.is_leaving = false;
    place.is_drained_elsewhere = false;
}

std::unique_ptr<StreamCursors> StreamCursors::with(DeliveryRules rules) const {
    auto next = std::make_unique<StreamCursors>(table_name_, std::move(rules),
                                                is_shared_ ? start_ : checkpoint(), is_shared_);
    next->filtered_ = filtered_;
    if (is_shared_) next->awaited_ = checkpoint().shards;
    return next;
}

void StreamCursors::hold(const std::string& shard_id, const std::optional<ShardCheckpoint>& start) {
    Place* const place = find(shard_id);
    if (!start) {
        if (place != nullptr) place->is_leaving = false;
    } else if (place == nullptr) {
        awaited_[shard_id] = *start;
    } else {
        begin_at(*place, *start);
        place->is_held = true;
    }
    if (start) expects_more_ = true;
    allow_reading();
}

bool StreamCursors::leave(const std::string& shard_id) {
    awaited_.erase(shard_id);
    Place* const place = find(shard_id);
    if (place == nullptr || !place->is_held) return true;
    place->is_leaving = true;
    allow_reading();
    if (place->cursor->is_busy()) return false;
    begin_at(*place, start_.of_shard(shard_id));
    place->is_held = false;
    expects_more_ = true;
    allow_reading();
    return true;
}

/// True if a shard of another process has to be drained before one that is held may be read.
bool StreamCursors::are_others_in_the_way() const {
    return std::ranges::any_of(places_,
                               [](const Place& place) { return !place.is_held && !place.is_drained(); });
}

bool StreamCursors::wants_reading() const {
    return expects_more_ || std::ranges::any_of(places_, [](const Place& place) {
               return place.may_be_read && place.cursor->request();
           });
}

ShardRequests StreamCursors::begin_reading() {
    ShardRequests requests;
    for (const Place& place : places_) {
        if (!place.is_held) {
            const std::string& id = place.cursor->name().shard_id;
            if (place.is_closed && !place.is_drained_elsewhere) {
                requests.emplace(id,
                                 ShardRequest{.after = start_.of_shard(id).sequence, .is_elsewhere = true});
            }
            continue;
        }
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
        Place place = place_for(seen);
        place.is_closed = !seen.shard.is_open();
        if (seen.is_of_earlier_table) place.cursor->abandon_retries();
        if (seen.is_drained_elsewhere) place.is_drained_elsewhere = true;
        if (seen.page && seen.page->at_end) {
            place.read_up_to = seen.page->reached;
            place.level_up_to = sight.newest_sequence;
        }
        if (seen.page) filtered_ += place.cursor->take(std::move(seen), sight.time);
        places.push_back(std::move(place));
    }
    // The remaining shards have been trimmed from the stream. Their records that were read are still sent.
    for (auto place = places_.rbegin(); place != places_.rend(); ++place) {
        if (!place->is_held) continue;
        place->cursor->lose(sight.time);
        if (!place->cursor->is_over()) places.insert(places.begin(), std::move(*place));
    }
    places_ = std::move(places);
    allow_reading();
}

/// Returns the place of a shard that a read has found.
StreamCursors::Place StreamCursors::place_for(const ShardSight& seen) {
    if (Place* known = find(seen.shard.id)) {
        Place place = std::move(*known);
        std::erase_if(places_, [](const Place& each) { return each.cursor == nullptr; });
        return place;
    }
    const auto awaited = awaited_.find(seen.shard.id);
    ShardCheckpoint start = awaited != awaited_.end() ? awaited->second : start_.of_shard(seen.shard.id);
    start.sequence = std::max(start.sequence, seen.shard.starting_sequence);
    Place place;
    place.cursor =
        std::make_unique<ShardCursor>(rules_, ShardName{table_name_, seen.stream_arn, seen.shard.id}, start);
    place.parent_id = seen.shard.parent_id;
    place.starting_sequence = seen.shard.starting_sequence;
    place.is_held = !is_shared_ || awaited != awaited_.end();
    // Another read is needed to know whether others have drained it.
    if (!place.is_held && !seen.shard.is_open()) expects_more_ = true;
    if (awaited != awaited_.end()) awaited_.erase(awaited);
    return place;
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
        place.may_be_read =
            place.may_begin() && older_are_drained && (parent == nullptr || parent->is_drained());
        all_are_drained = all_are_drained && place.is_drained();
    }
}

std::optional<Timestamp> StreamCursors::due() const {
    std::optional<Timestamp> first;
    for (const Place& place : places_) {
        if (!place.may_begin()) continue;
        const auto due = place.cursor->due();
        if (due && (!first || *due < *first)) first = due;
    }
    return first;
}

std::optional<LaneTask> StreamCursors::begin(Timestamp now, Eagerness eagerness) {
    for (Place& place : places_) {
        if (!place.may_begin()) continue;
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
        if (place.is_held && !place.cursor->is_drained()) handled = std::min(handled, place.handled_up_to());
    }
    for (const auto& [id, start] : awaited_) handled = std::min(handled, start.sequence);
    return handled;
}

Checkpoint StreamCursors::shared_checkpoint() const {
    Checkpoint checkpoint{newest_stream_arn_, handled_up_to(), awaited_};
    for (const Place& place : places_) {
        if (place.is_held) checkpoint.shards[place.cursor->name().shard_id] = place.cursor->checkpoint();
    }
    return checkpoint;
}

Checkpoint StreamCursors::checkpoint() const {
    if (is_shared_) return shared_checkpoint();
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
    const bool others_are_in_the_way = are_others_in_the_way();
    for (const Place& place : places_) {
        if (!place.is_held) continue;
        ShardStatus& status = all.emplace_back(place.cursor->status());
        status.waits_for_others =
            others_are_in_the_way && !place.is_leaving && !place.may_be_read && !place.is_drained();
    }
    return all;
}

}  // namespace tailrace::stream
