#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "engine/table/store.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

/// Renews the leases of this process in a store that several processes use. While the leases are renewed in
/// time, does the work that they allow; see Work. The lease without a name makes it the main process, which
/// answers requests about event source mappings and does what is not shared out.
class LeaseKeeper {
  public:
    /// Called one after the other, while another thread renews the leases.
    struct Work {
        /// Called when this process may take leases, and again when it may do so after it has lost all of
        /// them.
        std::function<void()> begin;
        /// Called several times a second afterwards, as long as it has not lost them.
        std::function<void()> look;
    };

    /// Asks for the lease and begins at once. Then all is done on threads that end with this object. The
    /// lease and the log must outlive it.
    LeaseKeeper(table::Lease& lease, const Log& log, Work work);

    /// From now on the leases are only renewed, so that nobody begins what this process has not ended.
    void only_renew() noexcept { only_renews_ = true; }

  private:
    /// True if this process is the main one, and Work::begin() has returned.
    bool is_main() const noexcept { return begun_ != 0 && lease_.fence() != 0; }
    void keep_renewing(const std::stop_token& stop);
    void keep_looking(const std::stop_token& stop);
    bool wait(const std::stop_token& stop, std::chrono::milliseconds time);
    void renew();
    void look();
    void follow(std::uint64_t process);

    table::Lease& lease_;
    const Log& log_;
    const Work work_;
    std::atomic<bool> only_renews_ = false;
    /// True if the store has been removed.
    std::atomic<bool> is_gone_ = false;
    /// The number of this process at the last call of begin(); 0 if its leases are lost.
    std::atomic<std::uint64_t> begun_ = 0;
    bool was_main_ = false;
    bool has_failed_ = false;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    // The last members, so that the threads end before the others are destroyed.
    std::jthread renewing_;
    std::jthread looking_;
};

}  // namespace tailrace::server
