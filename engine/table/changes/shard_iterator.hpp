#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::table {

/// A position in a shard, and the time at which it was issued. To callers it is one opaque text that begins
/// with the stream's ARN, as on AWS.
///
///     iterator := stream ARN "|1|" base64(checksum after created shard id)
///
/// `checksum` (of everything else), `after` and `created` (microseconds since 1970) are 8 bytes each,
/// big-endian.
struct ShardIterator {
    std::string stream_arn;
    std::string shard_id;
    /// Reading continues after this number.
    std::uint64_t after = 0;
    Timestamp created;

    std::string text() const;
    /// Returns nullopt for a text that was not written by text().
    static std::optional<ShardIterator> parse(std::string_view text);
};

}  // namespace tailrace::table
