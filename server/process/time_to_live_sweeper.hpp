#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <thread>

#include "engine/operation/engine.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

/// Removes expired items every so often, on a thread of its own that ends with it, and what streams keep no
/// longer. A sweep that fails is logged, and the next one tries again.
class TimeToLiveSweeper {
  public:
    /// An interval of zero starts no thread; without one to be had, the log says so. The engine and the log
    /// outlive the sweeper.
    TimeToLiveSweeper(Engine& engine, const Log& log, std::chrono::seconds interval);

    /// Sweeps now and returns how many items went. From any thread. Throws StorageError.
    std::size_t sweep();

    /// The same, and removes the records that streams keep no longer and the rows of tables that are gone:
    /// what the thread does.
    void look();

  private:
    void run(const std::stop_token& stop);

    Engine& engine_;
    const Log& log_;
    std::chrono::seconds interval_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    // The last member: it ends before the others go.
    std::jthread thread_;
};

}  // namespace tailrace::server
