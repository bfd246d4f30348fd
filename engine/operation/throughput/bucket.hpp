#pragma once

#include <cstdint>
#include <optional>

#include "engine/model/clock.hpp"

namespace tailrace::operation {

/// How fast a bucket fills, and how many seconds an empty one takes to fill.
struct BucketLimit {
    std::int64_t units_per_second = 0;
    std::int64_t seconds = 1;

    /// At most 9.2e12, so that it can be counted in millionths.
    std::int64_t units() const { return units_per_second * seconds; }

    friend bool operator==(const BucketLimit&, const BucketLimit&) = default;
};

/// A bucket of capacity units. Accesses take units out of it, and units come back with time, up to the limit.
/// The bucket is full until something is taken for the first time. More units may be taken than it has. The
/// limit may change at any time, so every call takes it as an argument. A bucket whose limit has changed is
/// full again; whether AWS does so was not observed. If the clock is set back, the bucket keeps its units.
class Bucket {
  public:
    /// The units that are left; less than 0 if too many were taken.
    double available(const BucketLimit& limit, Timestamp now);
    bool is_empty(const BucketLimit& limit, Timestamp now);
    void take(double units, const BucketLimit& limit, Timestamp now);
    /// Undoes take().
    void give_back(double units);

  private:
    /// In millionths of a unit, so that the units of a microsecond are a whole number.
    std::int64_t level_at(const BucketLimit& limit, Timestamp now);

    /// At `as_of_`; nullopt if the bucket is full.
    std::optional<std::int64_t> level_;
    Timestamp as_of_ = {};
    /// As of the last call.
    BucketLimit limit_ = {};
};

}  // namespace tailrace::operation
