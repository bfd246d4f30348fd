#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "engine/model/hold_budget.hpp"
#include "engine/model/time_slice.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

/// Removes what streams no longer keep: changes made more than a day ago, shards closed more than a day ago,
/// and disabled streams that have no shards left. It works in slices, each in a transaction of its own, so
/// that requests get their turn in between. Any thread may trim, and several may trim at the same time.
/// Source: "Change data capture for DynamoDB Streams", data retention limit.
class StreamRetention {
  public:
    static constexpr std::chrono::hours period{24};

    /// Trims a long log slice by slice, and a small stream in one go.
    explicit StreamRetention(const SliceLimits& limits = {.least_rows = 64}) : limits_(limits) {}

    /// Trims every stream completely. Returns the number of removed changes. Throws StorageError.
    std::size_t trim(Database& database, Timestamp now) const;

    struct Trimmed {
        std::size_t changes = 0;
        bool is_done = true;
    };
    /// Trims one slice of one stream, if it exists. A request must not wait longer than that; AWS says that
    /// records older than a day are "susceptible to trimming at any moment".
    Trimmed trim_slice(Database& database, const std::string& stream_arn, Timestamp now) const;

    /// Removes disabled streams that were closed more than a day ago, as many as fit a slice.
    void remove_outlived(Database& database, Timestamp now) const;

  private:
    static Trimmed trim_next(Database& database, const std::string& stream_arn, Timestamp oldest,
                             HoldBudget& budget);

    SliceLimits limits_;
};

}  // namespace tailrace::table
