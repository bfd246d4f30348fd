#include "stream/mapping/source/checkpoint.hpp"

#include <algorithm>

#include "engine/model/json_text.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

json::object to_json_object(const ShardCheckpoint& shard) {
    json::object object{{"Sequence", shard.sequence}};
    if (!shard.lanes.empty()) object["Lanes"] = json::array(shard.lanes.begin(), shard.lanes.end());
    if (!shard.window.is_null()) object["Window"] = shard.window;
    return object;
}

ShardCheckpoint shard_from(const json::object& stored) {
    ShardCheckpoint shard;
    shard.sequence = stored.at("Sequence").to_number<std::uint64_t>();
    if (const json::value* lanes = stored.if_contains("Lanes")) {
        for (const json::value& lane : lanes->as_array()) {
            shard.lanes.push_back(lane.to_number<std::uint64_t>());
        }
    }
    if (const json::value* window = stored.if_contains("Window")) shard.window = *window;
    return shard;
}

}  // namespace

ShardCheckpoint Checkpoint::of_shard(std::string_view shard_id) const {
    const auto found = shards.find(shard_id);
    return found != shards.end() ? found->second : ShardCheckpoint{sequence};
}

std::string Checkpoint::to_json() const {
    json::object object{{"StreamArn", stream_arn}, {"Sequence", sequence}};
    if (!shards.empty()) {
        json::object& kept = object["Shards"].emplace_object();
        for (const auto& [id, shard] : shards) kept[id] = to_json_object(shard);
    }
    return json::serialize(object);
}

Checkpoint Checkpoint::from_json(std::string_view json) {
    const json::value stored = parse_json(json);
    Checkpoint checkpoint;
    checkpoint.stream_arn = stored.at("StreamArn").as_string();
    checkpoint.sequence = stored.at("Sequence").to_number<std::uint64_t>();
    if (const json::value* shards = stored.as_object().if_contains("Shards")) {
        for (const auto& [id, shard] : shards->as_object()) {
            checkpoint.shards[id] = shard_from(shard.as_object());
        }
    }
    return checkpoint;
}

std::optional<Checkpoint> CheckpointRow::load() {
    const auto stored = row_.load();
    if (!stored) return std::nullopt;
    saved_ = Checkpoint::from_json(*stored);
    return saved_;
}

void CheckpointRow::save(const Checkpoint& checkpoint) {
    if (saved_ == checkpoint) return;
    row_.save_with_others(checkpoint.to_json());
    saved_ = checkpoint;
}

void CheckpointRow::erase() {
    row_.erase();
    saved_.reset();
}

}  // namespace tailrace::stream
