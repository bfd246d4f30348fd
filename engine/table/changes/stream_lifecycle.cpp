#include "engine/table/changes/stream_lifecycle.hpp"

#include "engine/model/api_error.hpp"

namespace tailrace::table {
namespace {

/// The limit on the search for a shard's last change. In a small log it is always found.
constexpr SliceLimits search{.least_rows = 256};

/// Returns the number of a shard's last change. The search can take too long if many changes of other shards
/// follow. In that case it returns the database's newest number: a shard may end after its last change, as
/// long as the next shard begins after that end.
std::uint64_t last_change(WriteSession& session, const StreamDefinition& stream, const Shard& shard,
                          TimeSlice& time) {
    return session.change_log(stream).newest(shard.slice(), time).value_or(session.sequence());
}

const Shard& shard_to_split(const StreamShards& shards, std::string_view id) {
    const Shard* shard = id.empty() ? shards.widest_open() : shards.find(id);
    if (shard == nullptr)
        throw ApiError::resource_not_found("Requested resource not found: Shard does not exist");
    if (!shard->is_open()) throw ApiError::validation("The shard " + shard->id + " is closed");
    if (shard->hashes.first == shard->hashes.last) {
        throw ApiError::validation("The shard " + shard->id + " holds a single hash and cannot be split");
    }
    return *shard;
}

}  // namespace

void open_stream(WriteSession& session, StreamDefinition& stream, std::size_t shard_count) {
    stream.space = session.create_space();
    stream.created = session.now();
    session.save_stream(stream);
    session.save_shards(stream.arn, {stream.arn, shard_count, {session.now(), session.sequence()}});
}

void close_stream(WriteSession& session, const std::string& stream_arn) {
    StreamDefinition stream = *session.catalogue().streams.at(stream_arn);
    StreamShards shards = session.catalogue().shards_of(stream_arn);
    stream.enabled = false;
    std::vector<std::string> open;
    for (const Shard& shard : shards.all()) {
        if (shard.is_open()) open.push_back(shard.id);
    }
    TimeSlice time(search);
    for (const std::string& id : open) {
        shards.close(id, last_change(session, stream, *shards.find(id), time), session.now());
    }
    session.save_stream(stream);
    session.save_shards(stream_arn, std::move(shards));
}

ShardSplit split_shard(WriteSession& session, const std::string& stream_arn, std::string_view shard_id) {
    const StreamDefinition* stream = session.catalogue().find_stream(stream_arn);
    if (stream == nullptr) {
        throw ApiError::resource_not_found("Requested resource not found: Stream: " + stream_arn +
                                           " not found");
    }
    StreamShards shards = session.catalogue().shards_of(stream_arn);
    const std::string parent_id = shard_to_split(shards, shard_id).id;
    TimeSlice time(search);
    shards.close(parent_id, last_change(session, *stream, *shards.find(parent_id), time), session.now());
    shards.add_children(stream_arn, parent_id, {session.now(), session.draw_sequence()});
    ShardSplit split{*shards.find(parent_id), {}};
    for (const Shard& shard : shards.all()) {
        if (shard.parent_id == parent_id) split.children.push_back(shard);
    }
    session.save_shards(stream_arn, std::move(shards));
    return split;
}

}  // namespace tailrace::table
