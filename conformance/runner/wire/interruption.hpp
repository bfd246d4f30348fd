#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

namespace tailrace::conformance {

/// Ends a run early, with a reason: Ctrl-C, or something that makes all further cases pointless. Also keeps
/// the commands to print if tables are left behind. Thread-safe.
class Interruption {
  public:
    /// Only the first reason is kept.
    void stop(const std::string& reason) {
        {
            const std::lock_guard lock(mutex_);
            if (reason_.empty()) reason_ = reason;
        }
        changed_.notify_all();
        breaking_off_.request_stop();
    }
    /// A token that is stopped together with the run, for requests under way.
    std::stop_token token() const { return breaking_off_.get_token(); }
    bool stopped() const {
        const std::lock_guard lock(mutex_);
        return !reason_.empty();
    }
    std::string reason() const {
        const std::lock_guard lock(mutex_);
        return reason_;
    }
    /// Waits for `duration`. If the run is to end before that, returns false at once.
    bool pause(std::chrono::milliseconds duration) {
        std::unique_lock lock(mutex_);
        return !changed_.wait_for(lock, duration, [this] { return !reason_.empty(); });
    }

    /// Adds a command that deletes the tables that the run is about to create.
    void note_cleanup(const std::string& command) {
        const std::lock_guard lock(mutex_);
        cleanup_ += (cleanup_.empty() ? "" : "\n") + command;
    }
    /// All these commands, one per line; empty if there is nothing to delete yet.
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
