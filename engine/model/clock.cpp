#include "engine/model/clock.hpp"

#include <array>
#include <cstdio>

namespace tailrace {

Timestamp SystemClock::now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point steady_time() {
    return std::chrono::steady_clock::now();
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

std::string iso_time(Timestamp time) {
    const auto part = time - std::chrono::floor<std::chrono::seconds>(time);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ",
                  static_cast<int>(std::chrono::floor<std::chrono::milliseconds>(part).count()));
    std::string text = iso_time_in_seconds(time);
    text.pop_back();
    return text.append(fraction.data());
}

std::string iso_time_in_seconds(Timestamp time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(seconds - day);
    std::array<char, 64> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace tailrace
