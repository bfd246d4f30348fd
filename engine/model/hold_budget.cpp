#include "engine/model/hold_budget.hpp"

#include <algorithm>

namespace tailrace {

HoldBudget::HoldBudget(const SliceLimits& limits) : max_time_(limits.time), next_(limits) {
    next_.time /= 4;
}

void HoldBudget::took(std::chrono::microseconds hold) {
    const auto time = next_.time;
    if (hold > longest_hold) {
        const auto fitting = time * longest_hold.count() / hold.count();
        next_.time = std::min(time, std::max({fitting, time / 2, min_time}));
    } else if (hold < longest_hold / 2) {
        next_.time = std::min(max_time_, time + time / 4);
    }
}

}  // namespace tailrace
