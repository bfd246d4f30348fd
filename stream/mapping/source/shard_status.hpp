#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tailrace::stream {

/// Where a mapping stands in one shard.
struct ShardStatus {
    std::string stream_arn;
    std::string shard_id;
    /// Every change of the shard up to this number has been handled.
    std::uint64_t sequence = 0;
    /// Records that were read and are not handled yet.
    std::size_t waiting = 0;
    bool is_closed = false;
};

}  // namespace tailrace::stream
