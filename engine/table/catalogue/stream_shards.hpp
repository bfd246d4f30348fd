#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/storage/change_log.hpp"

namespace tailrace::table {

/// One part of a stream: the changes of a range of partition hashes that are made while the shard is open. A
/// change belongs to the shard whose hashes and sequence numbers include it; this is not stored anywhere
/// else.
struct Shard {
    /// "shardId-" milliseconds since 1970 (20 digits) "-" 8 hexadecimal digits: parents sort before children.
    std::string id;
    /// Empty for one of the stream's first shards. The parent may already have been removed.
    std::string parent_id;
    storage::HashRange hashes;
    /// All changes of the shard have greater numbers.
    std::uint64_t starting_sequence = 0;
    /// Set when the shard is closed: the number of its last change, or `starting_sequence` if it had none.
    std::optional<std::uint64_t> ending_sequence;
    std::optional<Timestamp> closed;
    /// The number of the last change that was trimmed; 0 if there is none.
    std::uint64_t trimmed_sequence = 0;

    bool is_open() const { return !closed; }
    /// Its changes after the number `after`.
    storage::ChangeSlice slice(std::uint64_t after = 0) const;
};

/// The time at which shards are opened.
struct ShardMoment {
    Timestamp now;
    /// Every change of the new shards will have a greater number.
    std::uint64_t sequence = 0;
};

/// The shards of one stream, open and closed, in the order of their ids. A value: the code that changes it
/// saves it in the same session.
class StreamShards {
  public:
    StreamShards() = default;
    /// The first shards of a stream: `count` equal parts of all hashes; at least one.
    StreamShards(std::string_view stream_arn, std::size_t count, const ShardMoment& moment);

    const std::vector<Shard>& all() const { return shards_; }
    bool empty() const { return shards_.empty(); }
    /// Returns null if there is no such shard.
    const Shard* find(std::string_view id) const;
    /// The open shard with the most hashes, the first if there are several; null if none is open.
    const Shard* widest_open() const;
    /// The shard that a change belongs to; null if the shard has been removed.
    Shard* holder(const storage::ChangePlace& place);

    /// The open shard that new changes with this hash belong to; null if there is none.
    const Shard* open_holder(std::uint64_t partition_hash) const;

    /// Closes a shard. `last_change` is the number of its newest change, or 0.
    void close(std::string_view id, std::uint64_t last_change, Timestamp now);
    /// Adds the two shards that share the hashes of the closed shard `parent_id`.
    void add_children(std::string_view stream_arn, std::string_view parent_id, const ShardMoment& moment);
    /// Removes the shards that were closed before `time`.
    void remove_closed_before(Timestamp time);
    bool has_closed_before(Timestamp time) const;

    boost::json::array catalogue_json() const;
    static StreamShards from_catalogue_json(const boost::json::array& json);

  private:
    void add(std::string_view stream_arn, Shard shard, Timestamp now);

    std::vector<Shard> shards_;
};

/// The API's Shard. Source: API_streams_Shard.
boost::json::object describe(const Shard& shard);

}  // namespace tailrace::table
