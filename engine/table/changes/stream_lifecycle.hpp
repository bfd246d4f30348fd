#pragma once

#include <string>
#include <string_view>

#include "engine/table/database.hpp"

namespace tailrace::table {

/// Creates a stream: its space, its first shards and its row in the catalogue. The definition must be
/// complete except for `space` and `created`, which are set here.
void open_stream(WriteSession& session, StreamDefinition& stream, std::size_t shard_count);

/// Disables a stream and closes its shards. It stays readable as long as its changes are kept.
void close_stream(WriteSession& session, const std::string& stream_arn);

/// The result of a split.
struct ShardSplit {
    Shard parent;
    std::vector<Shard> children;
};

/// Closes an open shard of an enabled stream and opens two that share its hashes. If `shard_id` is empty,
/// splits the shard with the most hashes. Throws ApiError::resource_not_found if there is no such stream or
/// shard, and ApiError::validation if the shard is closed or too narrow to be split.
ShardSplit split_shard(WriteSession& session, const std::string& stream_arn, std::string_view shard_id);

}  // namespace tailrace::table
