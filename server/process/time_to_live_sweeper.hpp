#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>

#include "engine/operation/engine.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

/// Removes expired items, and the records that streams no longer keep, at an interval. The thread for it ends
/// with this object. A sweep that fails is logged, and the next one tries again.
class TimeToLiveSweeper {
  public:
    /// Starts no thread if the interval is zero, or if `has_thread` is false because somebody else calls
    /// look(). If no thread can be created, that is logged. The engine and the log must outlive the sweeper.
    TimeToLiveSweeper(Engine& engine, const Log& log, std::chrono::seconds interval, bool has_thread = true);

    /// Sweeps one table, or all if the name is empty, and returns how many items were removed. May be called
    /// from any thread. Throws StorageError.
    std::size_t sweep(std::string_view table_name = {});

    /// Does at once what the thread does, if there is an interval.
    void on_clock_moved();

    /// Sweeps, and removes the records that streams no longer keep and the rows of deleted tables.
    void look();
    /// Makes the thread call `work` after each look(), or at `interval` if it never calls look(). `work` may
    /// call sweepers that have no thread of their own. An empty function ends that: after this returns, the
    /// earlier function is not called any more.
    void look_also(std::function<void()> work, std::chrono::seconds interval = {});

  private:
    void begin();
    void run(const std::stop_token& stop);

    Engine& engine_;
    const Log& log_;
    const std::chrono::seconds interval_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::function<void()> also_;
    std::chrono::seconds also_interval_{0};
    // The last member, so that the thread ends before the others are destroyed.
    std::jthread thread_;
};

}  // namespace tailrace::server
