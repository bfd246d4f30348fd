#include "engine/model/time_slice.hpp"

#include "engine/model/clock.hpp"

namespace tailrace {

TimeSlice::TimeSlice(const SliceLimits& limits) : limits_(limits), end_(steady_time() + limits.time) {}

bool TimeSlice::takes_row() {
    if (taken_ >= limits_.rows) return false;
    if (taken_ >= limits_.least_rows && steady_time() >= end_) return false;
    ++taken_;
    return true;
}

}  // namespace tailrace
