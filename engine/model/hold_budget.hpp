#pragma once

#include <chrono>

#include "engine/model/time_slice.hpp"

namespace tailrace {

/// How much of a long piece of work the next hold of a lock does, by how long the holds before it took. A
/// hold ends with a commit, whose time nobody knows beforehand: on a file it may be five times that of the
/// work.
class HoldBudget {
  public:
    /// Holds are to take no longer than this, with all that belongs to them.
    static constexpr std::chrono::microseconds longest_hold{10000};
    /// The time for work is not cut below this: a disk may be so slow that nothing helps.
    static constexpr std::chrono::microseconds least_time{500};

    /// The work of a hold takes at most `limits.time`. The first have a quarter of it.
    explicit HoldBudget(const SliceLimits& limits = {});

    /// The limits of the next slice.
    const SliceLimits& next() const { return next_; }

    /// Takes note of a hold from its beginning to its end. The work's time is cut, to no less than its half,
    /// after a hold that was too long, and grows by a quarter after one that took less than half as long.
    void took(std::chrono::microseconds hold);

  private:
    std::chrono::microseconds most_time_;
    SliceLimits next_;
};

}  // namespace tailrace
