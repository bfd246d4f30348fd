#include "server/process/lease_keeper.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "engine/model/clock.hpp"

namespace tailrace::server {
namespace {

/// How often the store is asked what other processes have committed. AWS reads a stream four times a second,
/// which is a little less often.
constexpr std::chrono::milliseconds look_interval{200};
constexpr std::chrono::milliseconds renewal{table::Lease::renewal_ms};

}  // namespace

LeaseKeeper::LeaseKeeper(table::Lease& lease, const Log& log, Work work)
    : lease_(lease), log_(log), work_(std::move(work)) {
    renew();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void LeaseKeeper::renew() {
    try {
        lease_.renew();
        if (std::exchange(has_failed_, false)) log_.info("the lease of the database can be renewed again");
    } catch (const std::exception& error) {
        if (!std::exchange(has_failed_, true)) {
            log_.warning(std::string("the lease of the database cannot be renewed: ") + error.what());
        }
    }
    const bool has_lease = lease_.fence() != 0;
    if (only_renews_ || has_lease == is_owner_) return;
    is_owner_ = has_lease;
    try {
        if (has_lease) {
            work_.begin();
            has_begun_ = true;
            log_.info("this process runs the event source mappings, time to live and retention now");
        } else {
            has_begun_ = false;
            log_.warning("another process may run the event source mappings, time to live and retention now");
            work_.end();
        }
    } catch (const std::exception& error) {
        log_.error(std::string("the event source mappings cannot be started or stopped: ") + error.what());
    }
}

void LeaseKeeper::run(const std::stop_token& stop) {
    auto next = steady_time() + renewal;
    std::unique_lock lock(mutex_);
    while (true) {
        stopped_.wait_for(lock, stop, look_interval, [] { return false; });
        if (stop.stop_requested()) return;
        if (steady_time() >= next) {
            next = steady_time() + renewal;
            renew();
        }
        if (!is_owner_ || only_renews_) continue;
        try {
            work_.look();
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the next renewal reports it.
        }
    }
}

}  // namespace tailrace::server
