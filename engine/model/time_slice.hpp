#pragma once

#include <chrono>
#include <cstddef>
#include <limits>

namespace tailrace {

/// How much of a long piece of work is done in one hold of a lock.
struct SliceLimits {
    /// Work ends when so much time has passed. What follows it, as a commit, is on top.
    std::chrono::microseconds time{5000};
    /// Rows that are worked on at the most, and at the least, whatever the time is.
    std::size_t rows = std::numeric_limits<std::size_t>::max();
    std::size_t least_rows = 1;
};

/// One slice of work that goes over many rows. Time, not a row count, is what others wait for: rows differ in
/// cost by a factor of a thousand.
class TimeSlice {
  public:
    /// The time begins to run here.
    explicit TimeSlice(const SliceLimits& limits = {});

    /// Counts one row more and returns true, or returns false when the slice is over.
    bool takes_row();

  private:
    SliceLimits limits_;
    std::chrono::steady_clock::time_point end_;
    std::size_t taken_ = 0;
};

}  // namespace tailrace
