#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/model/clock.hpp"

namespace tailrace::stream {

/// A batch that failed and is sent again.
struct RetryStatus {
    /// How often it has been sent, counted from the last partial success.
    std::size_t attempts = 0;
    /// The time of the next attempt; nullopt while it is being sent.
    std::optional<Timestamp> next_try = std::nullopt;
};

/// A mapping's position in one shard.
struct ShardStatus {
    std::string stream_arn;
    std::string shard_id;
    /// Every change of the shard up to this number has been handled.
    std::uint64_t sequence = 0;
    /// The number of records that were read and are not handled yet.
    std::size_t waiting = 0;
    bool is_closed = false;
    /// True if another process runs the shard, or none does at the moment.
    bool is_elsewhere = false;
    /// True if another process has to handle everything in another shard first.
    bool waits_for_others = false;
    /// The batch whose retry comes next; nullopt if no batch is being retried.
    std::optional<RetryStatus> retry = std::nullopt;
};

}  // namespace tailrace::stream
