#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "engine/table/store.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

/// Renews the lease of a store that several processes use, and takes it over when its owner is gone. While
/// this process has it, it does what only one of them may do.
class LeaseKeeper {
  public:
    struct Work {
        /// Called when this process gets the lease, and when it no longer has it.
        std::function<void()> begin;
        std::function<void()> end;
        /// Called several times a second in between. Reads what other processes have committed.
        std::function<void()> look;
    };

    /// Asks for the lease at once, and then on a thread that ends with this object. The lease and the log
    /// must outlive it.
    LeaseKeeper(table::Lease& lease, const Log& log, Work work);

    /// From now on the lease is only renewed, so that nobody begins what this process has not ended.
    void only_renew() noexcept { only_renews_ = true; }
    /// True if this process has the lease, and Work::begin() has returned.
    bool has_begun() const noexcept { return has_begun_; }

  private:
    void run(const std::stop_token& stop);
    void renew();

    table::Lease& lease_;
    const Log& log_;
    const Work work_;
    std::atomic<bool> only_renews_ = false;
    std::atomic<bool> has_begun_ = false;
    bool is_owner_ = false;
    bool has_failed_ = false;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    // The last member, so that the thread ends before the others are destroyed.
    std::jthread thread_;
};

}  // namespace tailrace::server
