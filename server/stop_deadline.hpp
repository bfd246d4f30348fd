#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/log.hpp"

namespace tailrace::server {

/// Sees to it that a server that was told to stop is gone after a time, whatever blocks. What is in the
/// database is safe then as it is at any moment: each write is committed before it is answered.
///
/// Has a thread only while the server stops.
class StopDeadline {
  public:
    /// The log outlives the deadline.
    StopDeadline(const Log& log, std::chrono::seconds time) : log_(log), time_(time) {}
    /// The server has stopped by itself.
    ~StopDeadline();
    StopDeadline(const StopDeadline&) = delete;
    StopDeadline& operator=(const StopDeadline&) = delete;

    /// What to do when half of the time is over; and the names of what blocks, for the log. Neither waits for
    /// anything.
    struct Steps {
        std::function<void()> halfway;
        std::function<std::vector<std::string>()> blockers;
    };

    /// The time runs from here on. When it is up, the process logs what blocks and ends with code 0.
    void begin(Steps steps);
    /// What blocks from here on. The steps that begin() was given are not used any more.
    void now_at(std::string what);

  private:
    void run();
    [[noreturn]] void end_process();

    const Log& log_;
    const std::chrono::seconds time_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool has_ended_ = false;
    Steps steps_;
    std::thread thread_;
};

}  // namespace tailrace::server
