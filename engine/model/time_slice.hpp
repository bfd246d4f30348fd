#pragma once

#include <chrono>
#include <cstddef>
#include <limits>

namespace tailrace {

/// The limits on how much of a long piece of work is done each time a lock is held.
struct SliceLimits {
    /// Work ends after this time. What follows the work, such as a commit, takes additional time.
    std::chrono::microseconds time{5000};
    /// The most and the fewest rows to work on, whatever the time is.
    std::size_t rows = std::numeric_limits<std::size_t>::max();
    std::size_t least_rows = 1;
};

/// One slice of work over many rows. It is limited by time rather than by a row count: time is what other
/// threads spend waiting, and one row may cost a thousand times as much as another.
class TimeSlice {
  public:
    /// The time starts here.
    explicit TimeSlice(const SliceLimits& limits = {});

    /// Counts one more row and returns true, or returns false if the slice is over.
    bool takes_row();

  private:
    SliceLimits limits_;
    std::chrono::steady_clock::time_point end_;
    std::size_t taken_ = 0;
};

}  // namespace tailrace
