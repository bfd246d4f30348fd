#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/operation/engine.hpp"
#include "engine/table/catalogue/stream_shards.hpp"
#include "engine/table/changes/shard_reader.hpp"
#include "stream/mapping/source/checkpoint.hpp"
#include "stream/mapping/source/source_state.hpp"

namespace tailrace::stream {

/// How much of a shard to read.
struct ShardRequest {
    /// Reading starts with the first change after this number.
    std::uint64_t after = 0;
    std::size_t changes = 0;
    /// True if another process runs the shard. Then the request only asks whether that process has handled
    /// everything; `after` is where the mapping began.
    bool is_elsewhere = false;
};
using ShardRequests = std::map<std::string, ShardRequest, std::less<>>;

/// A shard as it was when the source was read.
struct ShardSight {
    std::string stream_arn;
    table::Shard shard;
    /// The changes after the request's number; nullopt if none were requested.
    std::optional<table::ChangePage> page;
    /// The lane of each change of the page, set by StreamCursors::sort(); nullopt for a change that the
    /// filters reject.
    std::vector<std::optional<std::size_t>> lanes = {};
    /// True if the table that the stream belonged to was deleted and has been created again since.
    bool is_of_earlier_table = false;
    /// True if another process has handled everything in the shard and nothing more can come, as far as that
    /// was asked for.
    bool is_drained_elsewhere = false;
};

/// All shards of the source at one moment. Those of older streams come first, and parents come before their
/// children.
struct StreamSight {
    Timestamp time;
    /// The newest change of the database.
    std::uint64_t newest_sequence = 0;
    SourceState source = {};
    std::vector<ShardSight> shards;
};

/// The streams that a mapping reads: one, or all that a table has had. Thread-safe.
class StreamSource {
  public:
    /// An empty `stream_arn` means all streams of the table. The engine must outlive the source. The id is
    /// that of the mapping, if other processes may run some of its shards.
    StreamSource(Engine& engine, std::string table_name, std::string stream_arn, std::string mapping_id = {})
        : engine_(engine),
          table_name_(std::move(table_name)),
          stream_arn_(std::move(stream_arn)),
          mapping_id_(std::move(mapping_id)) {}

    StreamSight read(const ShardRequests& requests);
    std::uint64_t newest_sequence();
    /// Returns how many of the records that exist at the call come after a checkpoint, or nullopt if there is
    /// no stream. Counts in slices, so that requests get their turn in between.
    std::optional<std::uint64_t> count_after(const Checkpoint& checkpoint);
    /// Returns the time at which the oldest record after a checkpoint was written; nullopt if there is no
    /// such record. If a stream has many shards, this looks only at the next 10,000 changes of all of them.
    std::optional<Timestamp> oldest_after(const Checkpoint& checkpoint);

    /// A shard that this process does not run, in a database that several processes share.
    struct Elsewhere {
        std::string stream_arn;
        std::string shard_id;
        ShardCheckpoint checkpoint;
        bool is_closed = false;
        /// The number of the first record after the checkpoint; nullopt if there is none.
        std::optional<std::uint64_t> first_waiting = std::nullopt;
    };
    /// Returns all shards but `held`. `base` is where the mapping began.
    std::vector<Elsewhere> elsewhere(const std::set<std::string>& held, const Checkpoint& base);
    /// The ids of all shards and whether they are open.
    std::vector<std::pair<std::string, bool>> shards(table::ReadSession& session) const;

    /// A range of records by sequence number, including both ends.
    struct Range {
        std::uint64_t from = 0;
        std::uint64_t to = 0;
        /// Empty for all shards of all streams.
        std::string shard_id = {};
    };
    struct Page {
        std::string stream_arn;
        std::vector<table::LoggedChange> changes;
    };
    /// Returns up to `limit` records of a range, from the oldest stream that has any.
    Page read_range(const Range& range, std::size_t limit);

  private:
    template <typename Session>
    auto streams(Session& session) const;
    SourceState state(const table::ReadSession& session, const table::TableDefinition* table) const;
    std::uint64_t count_waiting(const std::string& stream_arn,
                                const std::vector<table::ChangeSlice>& of_shards, std::uint64_t newest);

    ShardCheckpoint place_of(table::ReadSession& session, const std::string& shard_id,
                             const ShardCheckpoint& otherwise) const;
    table::ChangePage first_after(table::ReadSession& session, const table::ShardPlace& place) const;

    Engine& engine_;
    const std::string table_name_;
    const std::string stream_arn_;
    const std::string mapping_id_;
};

}  // namespace tailrace::stream
