#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace tailrace {

/// A point in wall-clock time in microseconds, UTC.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Implemented by code that waits for a time on a clock that can be moved by hand.
class ClockObserver {
  public:
    virtual ~ClockObserver() = default;
    /// Called after the clock has been moved, on the thread that moved it. Must return quickly: it only wakes
    /// the waiting thread and does no work itself.
    virtual void on_clock_moved() noexcept = 0;
};

/// The source of time for all of Tailrace; no other code asks the system for it. Implementations may be
/// called from any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;

    /// A clock that runs by itself never notifies: to wait for a time, sleep for the difference. An observer
    /// must be removed before it is destroyed.
    virtual void add_observer(ClockObserver&) const {}
    virtual void remove_observer(ClockObserver&) const {}
};

/// The machine's clock.
class SystemClock final : public Clock {
  public:
    Timestamp now() const override;
};

/// A clock that moves only when advance() is called, for tests.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Timestamp start) : now_(start) {}
    Timestamp now() const override;
    /// Notifies the observers before it returns.
    void advance(std::chrono::microseconds by);

    void add_observer(ClockObserver& observer) const override;
    /// After it returns, the observer is not being notified and will not be notified again.
    void remove_observer(ClockObserver& observer) const override;

  private:
    mutable std::mutex mutex_;
    Timestamp now_;
    /// Locked before mutex_, never after it.
    mutable std::mutex observers_mutex_;
    mutable std::vector<ClockObserver*> observers_;
};

/// The machine's monotonic time, for measuring how long work takes. No rule of DynamoDB depends on it.
std::chrono::steady_clock::time_point steady_time();

/// Microseconds since 1970, as they are stored.
inline std::int64_t epoch_microseconds(Timestamp time) {
    return time.time_since_epoch().count();
}

/// Seconds since 1970 with milliseconds, as DynamoDB's JSON shows times: 1568013979.123.
double epoch_seconds(Timestamp time);

/// ISO 8601, UTC, with milliseconds: "2026-01-31T12:00:00.123Z".
std::string iso_time(Timestamp time);

/// The same with whole seconds: "2026-01-31T12:00:00Z".
std::string iso_time_in_seconds(Timestamp time);

}  // namespace tailrace
