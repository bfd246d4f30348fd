#pragma once

#include <cstdint>
#include <optional>

#include "engine/model/clock.hpp"

namespace tailrace::operation {

/// How fast a bucket fills, and for how many seconds it fills until it is full.
struct BucketLimit {
    std::int64_t units_per_second = 0;
    std::int64_t seconds = 1;

    std::int64_t units() const { return units_per_second * seconds; }
};

/// Capacity units that are used up by accesses and come back with time, at most to the limit. It is full
/// until something is taken for the first time. More may be taken than there is. The limit may change at any
/// time, so it is given with each call. If the clock is set back, nothing is lost.
class Bucket {
  public:
    /// The units that are left; less than 0 if too many were taken.
    double available(const BucketLimit& limit, Timestamp now);
    bool is_empty(const BucketLimit& limit, Timestamp now);
    void take(double units, const BucketLimit& limit, Timestamp now);
    /// Undoes take().
    void give_back(double units);
    /// True if the bucket is like one from which nothing was ever taken.
    bool is_full_at(Timestamp now) const { return !level_ || now >= full_at_; }

  private:
    /// In millionths of a unit, so that the units of a microsecond are a whole number.
    std::int64_t level_at(const BucketLimit& limit, Timestamp now);

    /// At `as_of_`; nullopt if the bucket is full.
    std::optional<std::int64_t> level_;
    Timestamp as_of_ = {};
    Timestamp full_at_ = {};
};

}  // namespace tailrace::operation
