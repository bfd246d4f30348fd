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

/// One part of a stream: the changes of a run of partition hashes, for as long as the shard is open. A change
/// belongs to the shard whose hashes and whose sequence numbers hold it; nothing else says so.
struct Shard {
    /// "shardId-" milliseconds since 1970 (20 digits) "-" 8 hexadecimal digits: parents sort before children.
    std::string id;
    /// Empty for a shard that the stream began with. The parent may be gone already.
    std::string parent_id;
    storage::HashRange hashes;
    /// All its changes have greater numbers.
    std::uint64_t starting_sequence = 0;
    /// Set when the shard is closed: the number of its last change, or the starting one when it had none.
    std::optional<std::uint64_t> ending_sequence;
    std::optional<Timestamp> closed;
    /// The number of its last change that has been trimmed; 0 when none has.
    std::uint64_t trimmed_sequence = 0;

    bool is_open() const { return !closed; }
    /// Its changes after the number `after`.
    storage::ChangeSlice slice(std::uint64_t after = 0) const;
};

/// When shards are opened.
struct ShardMoment {
    Timestamp now;
    /// A number that no change of theirs will have, nor one below.
    std::uint64_t sequence = 0;
};

/// The shards of one stream, open and closed, in the order of their ids. A value: whoever changes it saves it
/// with the session it was changed in.
class StreamShards {
  public:
    StreamShards() = default;
    /// The first shards of a stream: `count` equal parts of all hashes, at least one.
    StreamShards(std::string_view stream_arn, std::size_t count, const ShardMoment& moment);

    const std::vector<Shard>& all() const { return shards_; }
    bool empty() const { return shards_.empty(); }
    /// Null when there is no such shard.
    const Shard* find(std::string_view id) const;
    /// The open shard with the most hashes, the first of them; null when none is open.
    const Shard* widest_open() const;
    /// The shard that a change belongs to, or null when it has been removed.
    Shard* holder(const storage::ChangePlace& place);

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
