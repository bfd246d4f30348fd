#include "stream/mapping/source/stream_source.hpp"

#include <algorithm>

#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/table/database.hpp"
#include "stream/mapping/source/batch_former.hpp"

namespace tailrace::stream {
namespace {

/// The maximum number of rows to scan in one read, while requests wait. Other shards of the stream may share
/// them.
constexpr std::size_t rows_at_once = 10'000;

bool is_being_deleted(const table::TableDefinition& table, Timestamp now) {
    const table::Transition* transition = table.transition_at(now);
    return transition != nullptr && transition->kind == table::Transition::Kind::deleting;
}

}  // namespace

/// Returns the streams, oldest first. Spaces are numbered in the order in which they are created, whatever
/// the clock says.
template <typename Session>
auto StreamSource::streams(Session& session) const {
    std::vector<const table::StreamDefinition*> found;
    for (const auto& [arn, stream] : session.catalogue().streams) {
        if (stream_arn_.empty() ? stream->table_name == table_name_ : arn == stream_arn_) {
            found.push_back(stream.get());
        }
    }
    std::ranges::sort(found, {}, &table::StreamDefinition::space);
    return found;
}

/// `table` is the table with the mapping's name, or null if there is none.
SourceState StreamSource::state(const table::ReadSession& session,
                                const table::TableDefinition* table) const {
    using Kind = SourceState::Kind;
    if (!stream_arn_.empty()) {
        return {session.catalogue().find_stream(stream_arn_) != nullptr ? Kind::stream : Kind::no_table};
    }
    if (table != nullptr) return {table->streams() ? Kind::stream : Kind::no_stream};
    std::vector<std::string_view> names;
    for (const auto& [name, each] : session.catalogue().tables) {
        if (session.find_table(name) != nullptr) names.push_back(name);
    }
    return {Kind::no_table, std::string(nearest_name(table_name_, names))};
}

StreamSight StreamSource::read(const ShardRequests& requests) {
    return engine_.database().read_changes([&](table::ReadSession& session) {
        const table::TableDefinition* table = session.find_table(table_name_);
        if (table != nullptr && is_being_deleted(*table, session.now())) table = nullptr;
        StreamSight sight;
        sight.time = session.now();
        sight.newest_sequence = session.sequence();
        sight.source = state(session, table);
        for (const table::StreamDefinition* stream : streams(session)) {
            // A table's streams are created after it, and spaces are numbered in the order in which they are
            // created.
            const bool is_of_earlier_table =
                stream_arn_.empty() && table != nullptr && stream->space < table->space;
            for (const table::Shard& shard : session.catalogue().shards_of(stream->arn).all()) {
                ShardSight& seen = sight.shards.emplace_back(ShardSight{stream->arn, shard, std::nullopt});
                seen.is_of_earlier_table = is_of_earlier_table;
                const auto request = requests.find(shard.id);
                if (request == requests.end()) continue;
                if (request->second.is_elsewhere) {
                    const ShardCheckpoint reached = place_of(session, shard.id, {request->second.after});
                    const auto page = first_after(session, {*stream, shard, reached.sequence});
                    seen.is_drained_elsewhere = !shard.is_open() && page.at_end && page.changes.empty();
                    continue;
                }
                seen.page = table::read_shard(session, {*stream, shard, request->second.after},
                                              {request->second.changes, BatchFormer::max_bytes,
                                               std::max(rows_at_once, request->second.changes)});
            }
        }
        return sight;
    });
}

/// Returns how far another process is in a shard.
ShardCheckpoint StreamSource::place_of(table::ReadSession& session, const std::string& shard_id,
                                       const ShardCheckpoint& otherwise) const {
    const auto stored = session.load_state(shard_place(mapping_id_, shard_id));
    return stored ? ShardCheckpoint::from_json(parse_json(*stored).as_object()) : otherwise;
}

/// Returns one change if there is one.
table::ChangePage StreamSource::first_after(table::ReadSession& session,
                                            const table::ShardPlace& place) const {
    table::ShardPlace next = place;
    next.after = std::max(next.after, place.shard.starting_sequence);
    while (true) {
        table::ChangePage page = table::read_shard(session, next, {1, BatchFormer::max_bytes, rows_at_once});
        if (page.at_end || !page.changes.empty()) return page;
        next.after = page.reached;
    }
}

std::vector<StreamSource::Elsewhere> StreamSource::elsewhere(const std::set<std::string>& held,
                                                             const Checkpoint& base) {
    return engine_.database().read([&](table::ReadSession& session) {
        std::vector<Elsewhere> all;
        for (const table::StreamDefinition* stream : streams(session)) {
            for (const table::Shard& shard : session.catalogue().shards_of(stream->arn).all()) {
                if (held.contains(shard.id)) continue;
                Elsewhere& each = all.emplace_back(
                    Elsewhere{.stream_arn = stream->arn,
                              .shard_id = shard.id,
                              .checkpoint = place_of(session, shard.id, base.of_shard(shard.id)),
                              .is_closed = !shard.is_open()});
                const auto page = first_after(session, {*stream, shard, each.checkpoint.sequence});
                if (!page.changes.empty()) each.first_waiting = page.changes.front().sequence;
            }
        }
        return all;
    });
}

std::vector<std::pair<std::string, bool>> StreamSource::shards(table::ReadSession& session) const {
    std::vector<std::pair<std::string, bool>> all;
    for (const table::StreamDefinition* stream : streams(session)) {
        for (const table::Shard& shard : session.catalogue().shards_of(stream->arn).all()) {
            all.emplace_back(shard.id, shard.is_open());
        }
    }
    return all;
}

std::uint64_t StreamSource::newest_sequence() {
    return engine_.database().read([](table::ReadSession& session) { return session.sequence(); });
}

std::optional<std::uint64_t> StreamSource::count_after(const Checkpoint& checkpoint) {
    struct Waiting {
        std::string stream_arn;
        std::vector<table::ChangeSlice> of_shards;
    };
    std::uint64_t newest = 0;
    const auto all = engine_.database().read([&](table::ReadSession& session) {
        newest = session.sequence();
        std::vector<Waiting> waiting;
        for (const table::StreamDefinition* stream : streams(session)) {
            Waiting& each = waiting.emplace_back(Waiting{stream->arn, {}});
            for (const table::Shard& shard : session.catalogue().shards_of(stream->arn).all()) {
                each.of_shards.push_back(shard.slice(checkpoint.of_shard(shard.id).sequence));
            }
        }
        return waiting;
    });
    if (all.empty()) return std::nullopt;
    std::uint64_t count = 0;
    for (const Waiting& each : all) count += count_waiting(each.stream_arn, each.of_shards, newest);
    return count;
}

std::optional<Timestamp> StreamSource::oldest_after(const Checkpoint& checkpoint) {
    return engine_.database().read([&](table::ReadSession& session) {
        std::optional<Timestamp> oldest;
        for (const table::StreamDefinition* stream : streams(session)) {
            for (const table::Shard& shard : session.catalogue().shards_of(stream->arn).all()) {
                const std::uint64_t after = checkpoint.of_shard(shard.id).sequence;
                const auto page = table::read_shard(session, {*stream, shard, after},
                                                    {1, BatchFormer::max_bytes, rows_at_once});
                if (page.changes.empty()) continue;
                const Timestamp time = page.changes.front().time;
                if (!oldest || time < *oldest) oldest = time;
            }
        }
        return oldest;
    });
}

std::uint64_t StreamSource::count_waiting(const std::string& stream_arn,
                                          const std::vector<table::ChangeSlice>& of_shards,
                                          std::uint64_t newest) {
    std::uint64_t count = 0;
    const auto take = [&](const table::ChangePlace& place) {
        if (std::ranges::any_of(of_shards, [&](const table::ChangeSlice& slice) {
                return place.sequence > slice.after && place.sequence <= slice.up_to &&
                       slice.hashes.holds(place.partition_hash);
            })) {
            ++count;
        }
    };
    table::ChangeSlice rest{newest, newest};
    for (const table::ChangeSlice& slice : of_shards) rest.after = std::min(rest.after, slice.after);
    while (rest.after < rest.up_to) {
        rest.after = engine_.database().read_slice([&](table::ReadSession& session) {
            const table::StreamDefinition* stream = session.catalogue().find_stream(stream_arn);
            if (stream == nullptr) return rest.up_to;
            TimeSlice time(engine_.options().slice);
            return session.change_log(*stream).visit_places(rest, time, take);
        });
    }
    return count;
}

StreamSource::Page StreamSource::read_range(const Range& range, std::size_t limit) {
    return engine_.database().read([&](table::ReadSession& session) {
        Page page;
        if (range.from > range.to) return page;
        for (const table::StreamDefinition* stream : streams(session)) {
            table::ChangeSlice slice{range.from == 0 ? 0 : range.from - 1, range.to};
            if (!range.shard_id.empty()) {
                const table::Shard* shard = session.catalogue().shards_of(stream->arn).find(range.shard_id);
                if (shard == nullptr) continue;
                slice.hashes = shard->hashes;
            }
            page.changes =
                table::read_records(session, *stream, slice, {limit, BatchFormer::max_bytes}).changes;
            page.stream_arn = stream->arn;
            if (!page.changes.empty()) break;
        }
        return page;
    });
}

}  // namespace tailrace::stream
