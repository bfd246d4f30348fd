#include "stream/mapping/source/checkpoint.hpp"

#include <algorithm>

#include "engine/model/json_text.hpp"

namespace tailrace::stream {

namespace json = boost::json;

json::object ShardCheckpoint::to_json() const {
    json::object object{{"Sequence", sequence}};
    if (!lanes.empty()) object["Lanes"] = json::array(lanes.begin(), lanes.end());
    if (!window.is_null()) object["Window"] = window;
    return object;
}

ShardCheckpoint ShardCheckpoint::from_json(const json::object& stored) {
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

ShardCheckpoint Checkpoint::of_shard(std::string_view shard_id) const {
    const auto found = shards.find(shard_id);
    return found != shards.end() ? found->second : ShardCheckpoint{sequence};
}

std::string Checkpoint::to_json() const {
    json::object object{{"StreamArn", stream_arn}, {"Sequence", sequence}};
    if (!shards.empty()) {
        json::object& kept = object["Shards"].emplace_object();
        for (const auto& [id, shard] : shards) kept[id] = shard.to_json();
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
            checkpoint.shards[id] = ShardCheckpoint::from_json(shard.as_object());
        }
    }
    return checkpoint;
}

std::string shard_place(std::string_view mapping_id, std::string_view shard_id) {
    return std::string(shard_places).append(mapping_id).append("/").append(shard_id);
}

std::map<std::string, ShardCheckpoint, std::less<>> CheckpointRow::load_shards() const {
    std::map<std::string, ShardCheckpoint, std::less<>> shards;
    table::StateRows(database_, shard_place(mapping_id_, {}))
        .visit([&](std::string_view id, std::string_view text) {
            shards.emplace(id, ShardCheckpoint::from_json(parse_json(text).as_object()));
        });
    return shards;
}

/// A database that has been shared and is not any more, such as a copy in a file, has the shards' rows. They
/// become part of the one row.
std::optional<Checkpoint> CheckpointRow::load() {
    const auto stored = row_.load();
    std::map<std::string, ShardCheckpoint, std::less<>> shards = load_shards();
    if (!stored && shards.empty()) return std::nullopt;
    Checkpoint checkpoint = stored ? Checkpoint::from_json(*stored) : Checkpoint();
    const bool has_rows = !shards.empty();
    for (auto& [id, shard] : shards) checkpoint.shards[id] = std::move(shard);
    if (has_rows && !row_.is_shared()) {
        save(checkpoint);
        erase_shards();
    }
    saved_ = checkpoint;
    return checkpoint;
}

void CheckpointRow::save(const Checkpoint& checkpoint) {
    if (saved_ == checkpoint) return;
    row_.save_with_others(checkpoint.to_json());
    saved_ = checkpoint;
}

Checkpoint CheckpointRow::begin(const Checkpoint& checkpoint) {
    Checkpoint begun = checkpoint;
    row_.change([&](const std::optional<std::string>& stored) {
        if (stored) begun = Checkpoint::from_json(*stored);
        return begun.to_json();
    });
    return begun;
}

std::optional<ShardCheckpoint> CheckpointRow::load_shard(const std::string& shard_id) {
    saved_shards_.erase(shard_id);
    const auto stored = table::StateRow(database_, shard_place(mapping_id_, shard_id)).load();
    if (!stored) return std::nullopt;
    ShardCheckpoint shard = ShardCheckpoint::from_json(parse_json(*stored).as_object());
    saved_shards_[shard_id] = shard;
    return shard;
}

void CheckpointRow::save_shard(const std::string& shard_id, const ShardCheckpoint& checkpoint,
                               std::uint64_t fence) {
    const auto saved = saved_shards_.find(shard_id);
    if (saved != saved_shards_.end() && saved->second == checkpoint) return;
    const table::OwnLease lease{shard_place(mapping_id_, shard_id), fence};
    const auto text = [&](const std::optional<std::string>&) {
        return json::serialize(checkpoint.to_json());
    };
    if (!table::StateRow(database_, lease.name).change(text, &lease)) {
        throw ShardLost("another process runs the shard " + shard_id + " now");
    }
    saved_shards_[shard_id] = checkpoint;
}

void CheckpointRow::erase_shards() {
    std::vector<std::string> names;
    for (const auto& [id, shard] : load_shards()) names.push_back(id);
    table::StateRows(database_, shard_place(mapping_id_, {})).erase(names);
}

void CheckpointRow::erase() {
    row_.erase();
    erase_shards();
    saved_.reset();
    saved_shards_.clear();
}

}  // namespace tailrace::stream
