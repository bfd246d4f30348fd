#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace tailrace {

/// A moment of wall-clock time with microseconds, UTC.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Who waits for a moment of a clock that can be moved by hand.
class ClockObserver {
  public:
    virtual ~ClockObserver() = default;
    /// The clock has been moved, by the thread that calls. Must return quickly: it wakes, it does not work.
    virtual void on_clock_moved() noexcept = 0;
};

/// Where everything in Tailrace gets the time from; nothing else in the code asks the system for it.
/// Implementations may be called from any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;

    /// A clock that goes by itself has nothing to tell: who waits for a moment of it waits for so long. The
    /// observer is removed before it goes.
    virtual void add_observer(ClockObserver&) const {}
    virtual void remove_observer(ClockObserver&) const {}
};

/// The machine's clock.
class SystemClock final : public Clock {
  public:
    Timestamp now() const override;
};

/// A clock that stands still until it is told to move, for tests.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Timestamp start) : now_(start) {}
    Timestamp now() const override;
    /// Tells the observers before it returns.
    void advance(std::chrono::microseconds by);

    void add_observer(ClockObserver& observer) const override;
    /// When it returns, the observer is not being told and will not be.
    void remove_observer(ClockObserver& observer) const override;

  private:
    mutable std::mutex mutex_;
    Timestamp now_;
    /// Taken before the lock above, never after it.
    mutable std::mutex observers_mutex_;
    mutable std::vector<ClockObserver*> observers_;
};

/// The machine's time that never goes back, for measuring how long work takes. No rule of DynamoDB looks at
/// it.
std::chrono::steady_clock::time_point steady_time();

/// Microseconds since 1970, as they are stored.
inline std::int64_t epoch_microseconds(Timestamp time) {
    return time.time_since_epoch().count();
}

/// Seconds since 1970 with milliseconds as DynamoDB's JSON shows times: 1568013979.123.
double epoch_seconds(Timestamp time);

/// A moment since 1970 in ISO 8601, UTC, with milliseconds: "2026-01-31T12:00:00.123Z".
std::string iso_time(Timestamp time);

/// The same with whole seconds: "2026-01-31T12:00:00Z".
std::string iso_time_in_seconds(Timestamp time);

}  // namespace tailrace
