#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "engine/model/hold_budget.hpp"
#include "engine/model/time_slice.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

/// Removes what streams keep no longer: changes that were made more than a day ago, shards that have been
/// closed for so long and disabled streams that have none left. It works in slices, each a transaction of its
/// own, so that requests get their turn in between. Any thread may trim, several at once.
/// Source: "Change data capture for DynamoDB Streams", data retention limit.
class StreamRetention {
  public:
    static constexpr std::chrono::hours period{24};

    /// Trims little by little where there is much, but what a small stream has at once.
    explicit StreamRetention(const SliceLimits& limits = {.least_rows = 64}) : limits_(limits) {}

    /// Every stream, to the end. Returns how many changes it removed. Throws StorageError.
    std::size_t trim(Database& database, Timestamp now) const;

    struct Trimmed {
        std::size_t changes = 0;
        bool is_done = true;
    };
    /// One slice of one stream, if it is there. What a request asks for may wait no longer: what is over a
    /// day old is, as AWS says, "susceptible to trimming at any moment".
    Trimmed trim_slice(Database& database, const std::string& stream_arn, Timestamp now) const;

    /// Removes disabled streams that have been closed for so long, as many as fit a slice.
    void remove_outlived(Database& database, Timestamp now) const;

  private:
    static Trimmed trim_next(Database& database, const std::string& stream_arn, Timestamp oldest,
                             HoldBudget& budget);

    SliceLimits limits_;
};

}  // namespace tailrace::table
