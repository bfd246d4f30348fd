#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/process/log.hpp"

namespace tailrace::server {

/// Ensures that a stopping server has ended after a given time, whatever blocks. The database is safe then,
/// as at any moment, because each write is committed before it is answered.
///
/// There is a thread only while the server is stopping.
class StopDeadline {
  public:
    /// The log must outlive the deadline.
    StopDeadline(const Log& log, std::chrono::seconds time) : log_(log), time_(time) {}
    /// Cancels the deadline, because the server has stopped in time.
    ~StopDeadline();
    StopDeadline(const StopDeadline&) = delete;
    StopDeadline& operator=(const StopDeadline&) = delete;

    /// What to do when half of the time is over, and a function that names what still blocks, for the log.
    /// Neither may wait for anything.
    struct Steps {
        std::function<void()> halfway;
        std::function<std::vector<std::string>()> blockers;
    };

    /// Starts the time. When it is up, the process logs what blocks and exits with code 0.
    void begin(Steps steps);
    /// From now on `what` is named as blocking. The steps given to begin() are no longer used.
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
