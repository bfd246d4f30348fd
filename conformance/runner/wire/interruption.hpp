#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

namespace tailrace::conformance {

/// Whether a run is to end early, and why: Ctrl-C, or something that makes every further case pointless; and
/// what to say where it ends so early that tables stay. Any thread may ask and say so.
class Interruption {
  public:
    /// The first reason stays.
    void stop(const std::string& reason) {
        {
            const std::lock_guard lock(mutex_);
            if (reason_.empty()) reason_ = reason;
        }
        changed_.notify_all();
        breaking_off_.request_stop();
    }
    /// Stopped with the run, for requests under way.
    std::stop_token token() const { return breaking_off_.get_token(); }
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

    /// A command that deletes the tables that the run is about to make.
    void note_cleanup(const std::string& command) {
        const std::lock_guard lock(mutex_);
        cleanup_ += (cleanup_.empty() ? "" : "\n") + command;
    }
    /// All such commands, a line each; empty as long as there is nothing to delete.
    std::string cleanup() const {
        const std::lock_guard lock(mutex_);
        return cleanup_;
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string reason_;
    std::string cleanup_;
    std::stop_source breaking_off_;
};

}  // namespace tailrace::conformance
