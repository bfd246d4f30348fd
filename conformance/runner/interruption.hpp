#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

namespace tailrace::conformance {

/// Whether a run is to end early, and why: Ctrl-C, or something that makes every further case pointless. Any
/// thread may ask and say so.
class Interruption {
  public:
    /// The first reason stays.
    void stop(const std::string& reason) {
        {
            const std::lock_guard lock(mutex_);
            if (reason_.empty()) reason_ = reason;
        }
        changed_.notify_all();
    }
    bool stopped() const {
        const std::lock_guard lock(mutex_);
        return !reason_.empty();
    }
    std::string reason() const {
        const std::lock_guard lock(mutex_);
        return reason_;
    }
    /// Waits so long, or until the run is to end; false when it is.
    bool pause(std::chrono::milliseconds duration) {
        std::unique_lock lock(mutex_);
        return !changed_.wait_for(lock, duration, [this] { return !reason_.empty(); });
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string reason_;
};

}  // namespace tailrace::conformance
