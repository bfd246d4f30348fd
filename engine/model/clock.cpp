#include "engine/model/clock.hpp"

namespace tailrace {

Timestamp SystemClock::now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Timestamp ManualClock::now() const {
    const std::lock_guard lock(mutex_);
    return now_;
}

void ManualClock::advance(std::chrono::microseconds by) {
    {
        const std::lock_guard lock(mutex_);
        now_ += by;
    }
    const std::lock_guard lock(observers_mutex_);
    for (ClockObserver* observer : observers_) observer->on_clock_moved();
}

void ManualClock::add_observer(ClockObserver& observer) const {
    const std::lock_guard lock(observers_mutex_);
    observers_.push_back(&observer);
}

void ManualClock::remove_observer(ClockObserver& observer) const {
    const std::lock_guard lock(observers_mutex_);
    std::erase(observers_, &observer);
}

double epoch_seconds(Timestamp time) {
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return static_cast<double>(milliseconds) / 1000.0;
}

}  // namespace tailrace
