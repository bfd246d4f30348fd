#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "engine/table/database.hpp"

namespace tailrace::table {

/// Removes what streams keep no longer: changes that were made more than a day ago, shards that have been
/// closed for so long and disabled streams that have none left. It works in short stretches, each a
/// transaction of its own, so that requests get their turn in between. Any thread may trim, several at once.
/// Source: "Change data capture for DynamoDB Streams", data retention limit.
class StreamRetention {
  public:
    static constexpr std::chrono::hours period{24};

    /// `rows` is how many changes are removed in one stretch.
    explicit StreamRetention(std::size_t rows = 1024) : rows_(rows) {}

    /// Every stream. Returns how many changes it removed. Throws StorageError.
    std::size_t trim(Database& database, Timestamp now) const;
    /// One stream, if it is there.
    std::size_t trim_stream(Database& database, const std::string& stream_arn, Timestamp now) const;

  private:
    std::size_t rows_;
};

}  // namespace tailrace::table
