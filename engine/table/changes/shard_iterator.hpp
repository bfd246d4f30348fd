#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::table {

/// A place in a shard, and since when it has been known. To callers it is one opaque text, which begins with
/// the stream's ARN as AWS's does.
///
///     iterator := stream ARN "|1|" base64(checksum after created shard id)
///
/// checksum (of all the rest), after and created (microseconds since 1970) are 8 bytes each, big-endian.
struct ShardIterator {
    std::string stream_arn;
    std::string shard_id;
    /// The records after this number are next.
    std::uint64_t after = 0;
    Timestamp created;

    std::string text() const;
    /// Nothing when the text is none that text() wrote.
    static std::optional<ShardIterator> parse(std::string_view text);
};

}  // namespace tailrace::table
