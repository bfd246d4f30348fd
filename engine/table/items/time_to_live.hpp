#pragma once

#include <cstddef>
#include <string>

#include "engine/model/clock.hpp"
#include "engine/model/time_slice.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

/// Removes items whose time to live is over, as DynamoDB does in the background: those whose attribute is a
/// number of seconds since 1970 that lies before `now`, but not by more than five years. It goes through each
/// table that has time to live enabled in slices, each a transaction of its own, so that requests get their
/// turn in between. The records in the streams name the service as their author.
/// Source: "Using time to live (TTL) in DynamoDB". Any thread may sweep, several at once.
class TimeToLiveSweep {
  public:
    explicit TimeToLiveSweep(const SliceLimits& limits = {}) : limits_(limits) {}

    /// Returns how many items it removed. Throws StorageError.
    std::size_t sweep(Database& database, Timestamp now) const;

  private:
    std::size_t sweep_table(Database& database, const std::string& name, Timestamp now) const;

    SliceLimits limits_;
};

}  // namespace tailrace::table
