#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
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
    /// The open tumbling window and the end of the last one, see ShardWindow; null if there has been none.
    boost::json::value window = nullptr;

    boost::json::object to_json() const;
    static ShardCheckpoint from_json(const boost::json::object& stored);

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
///
/// In a database that several processes share, this is only where the mapping began. Each shard that a
/// process has run since has a row of its own, whose name is shard_place() and whose text is a member of
/// Shards.
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

/// Names a shard of the mapping with that id: its row in a database that several processes share, and the
/// lease without which the row is not written.
std::string shard_place(std::string_view mapping_id, std::string_view shard_id);
/// The beginning of the names of all these rows.
inline constexpr std::string_view shard_places = "mapping-shard/";

/// Another process has the shard's lease now.
class ShardLost : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The checkpoint of one mapping in the database. For one thread at a time.
class CheckpointRow {
  public:
    /// The engine must outlive the row.
    CheckpointRow(Engine& engine, std::string state_name, std::string mapping_id = {})
        : database_(engine.database()),
          row_(database_, std::move(state_name)),
          mapping_id_(std::move(mapping_id)) {}

    /// Returns what was saved last, or nullopt if nothing was.
    std::optional<Checkpoint> load();
    /// Writes the checkpoint if it differs from the last one.
    void save(const Checkpoint& checkpoint);
    void erase();

    // The rest is for a database that several processes share.

    /// Saves where the mapping begins, unless another process has already done so. Returns what is saved.
    Checkpoint begin(const Checkpoint& checkpoint);
    /// Writes a shard's row if it differs from the last one. Throws ShardLost if the lease with this fence is
    /// over.
    void save_shard(const std::string& shard_id, const ShardCheckpoint& checkpoint, std::uint64_t fence);
    /// Returns a shard's row; nullopt if no process has written one.
    std::optional<ShardCheckpoint> load_shard(const std::string& shard_id);

  private:
    std::map<std::string, ShardCheckpoint, std::less<>> load_shards() const;
    void erase_shards();

    table::Database& database_;
    table::StateRow row_;
    const std::string mapping_id_;
    std::optional<Checkpoint> saved_;
    std::map<std::string, ShardCheckpoint> saved_shards_;
};

}  // namespace tailrace::stream
