#pragma once

#include <chrono>

#include "engine/model/time_slice.hpp"

namespace tailrace {

/// Decides how much of a long piece of work to do the next time a lock is held. It learns from how long the
/// previous holds took. A hold lasts from taking the lock to releasing it, and ends with a commit, whose
/// duration cannot be known in advance: on a file it may take five times as long as the work.
class HoldBudget {
  public:
    /// The longest that a hold should take, including the commit.
    static constexpr std::chrono::microseconds longest_hold{10000};
    /// The time for work is never cut below this: a disk may be so slow that cutting further does not help.
    static constexpr std::chrono::microseconds min_time{500};

    /// The work of a hold takes at most `limits.time`. The first holds get a quarter of it.
    explicit HoldBudget(const SliceLimits& limits = {});

    /// The limits of the next slice.
    const SliceLimits& next() const { return next_; }

    /// Records the duration of a whole hold. After one that was too long, the time for work is cut, by at
    /// most half. After one that took less than half of the limit, the time for work grows by a quarter.
    void took(std::chrono::microseconds hold);

  private:
    std::chrono::microseconds max_time_;
    SliceLimits next_;
};

}  // namespace tailrace
