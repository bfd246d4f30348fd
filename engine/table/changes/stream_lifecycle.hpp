#pragma once

#include <string>
#include <string_view>

#include "engine/table/database.hpp"

namespace tailrace::table {

/// Makes a stream: its space, its first shards, its row in the catalogue. The definition is complete but for
/// `space` and `created`, which are set here.
void open_stream(WriteSession& session, StreamDefinition& stream, std::size_t shard_count);

/// Disables a stream and closes its shards. It stays readable for as long as its changes are kept.
void close_stream(WriteSession& session, const std::string& stream_arn);

/// What a split did.
struct ShardSplit {
    Shard parent;
    std::vector<Shard> children;
};

/// Closes an open shard of an enabled stream and opens two that share its hashes. `shard_id` may be empty:
/// then it is the one with the most hashes. Throws ApiError::resource_not_found when there is no such stream
/// or shard, ApiError::validation when the shard is closed or too narrow to be split.
ShardSplit split_shard(WriteSession& session, const std::string& stream_arn, std::string_view shard_id);

}  // namespace tailrace::table
