#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "engine/table/state_row.hpp"

namespace tailrace::stream {

/// A mapping's position in one shard.
struct ShardCheckpoint {
    /// Every change of the shard up to this number is done.
    std::uint64_t sequence = 0;
    /// The same for each lane if there are several: a lane may be ahead of the others.
    std::vector<std::uint64_t> lanes = {};
    /// The open tumbling window, see ShardWindow; null if there is none.
    boost::json::value window = nullptr;

    friend bool operator==(const ShardCheckpoint&, const ShardCheckpoint&) = default;
};

/// A mapping's position in its stream, as it is kept in the database:
///
///     {"StreamArn": the newest stream, "Sequence": number,
///      "Shards": {shard id: {"Sequence": number, "Lanes": [number, …], "Window": …}, …}}
///
/// In a shard that is not in Shards, every change up to Sequence is done. Shards has the shards that need a
/// position of their own, because they are further, have an open window, or have numbers behind those of
/// other shards. It is absent if there are none.
struct Checkpoint {
    std::string stream_arn;
    std::uint64_t sequence = 0;
    std::map<std::string, ShardCheckpoint, std::less<>> shards = {};

    /// Returns the mapping's position in a shard.
    ShardCheckpoint of_shard(std::string_view shard_id) const;

    std::string to_json() const;
    static Checkpoint from_json(std::string_view json);

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// The checkpoint of one mapping in the database. For one thread at a time.
class CheckpointRow {
  public:
    /// The engine must outlive the row.
    CheckpointRow(Engine& engine, std::string state_name)
        : row_(engine.database(), std::move(state_name), table::StateRow::Writer::lease_owner) {}

    /// Returns what was saved last, or nullopt if nothing was.
    std::optional<Checkpoint> load();
    /// Writes the checkpoint if it differs from the last one.
    void save(const Checkpoint& checkpoint);
    void erase();

  private:
    table::StateRow row_;
    std::optional<Checkpoint> saved_;
};

}  // namespace tailrace::stream
