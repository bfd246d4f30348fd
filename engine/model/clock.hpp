#pragma once

#include <chrono>
#include <mutex>

namespace tailrace {

/// A moment of wall-clock time with microseconds, UTC.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Where everything in Tailrace gets the time from; nothing else in the code asks the system for it.
/// Implementations may be called from any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
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
    void advance(std::chrono::microseconds by);

  private:
    mutable std::mutex mutex_;
    Timestamp now_;
};

/// Seconds since 1970 with milliseconds as DynamoDB's JSON shows times: 1568013979.123.
double epoch_seconds(Timestamp time);

}  // namespace tailrace
