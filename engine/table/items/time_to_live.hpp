#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"
#include "engine/model/time_slice.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

/// Removes items whose time to live is over, as DynamoDB does in the background: those whose attribute is a
/// number of seconds since 1970 that is before `now`, but not by more than five years. It goes through each
/// table with time to live enabled in slices, each in a transaction of its own, so that requests get their
/// turn in between. The records in the streams name the service as their author.
/// Source: "Using time to live (TTL) in DynamoDB". Any thread may sweep, and several may sweep at the same
/// time.
class TimeToLiveSweep {
  public:
    explicit TimeToLiveSweep(const SliceLimits& limits = {}) : limits_(limits) {}

    /// Returns the number of removed items: those of one table, or of all if the name is empty. Throws
    /// StorageError.
    std::size_t sweep(Database& database, Timestamp now, std::string_view table_name = {}) const;

  private:
    std::size_t sweep_table(Database& database, const std::string& name, Timestamp now) const;

    SliceLimits limits_;
};

}  // namespace tailrace::table
