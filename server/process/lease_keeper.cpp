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
    look();
    renewing_ = std::jthread([this](const std::stop_token& stop) { keep_renewing(stop); });
    looking_ = std::jthread([this](const std::stop_token& stop) { keep_looking(stop); });
}

/// Returns false if the thread is to end.
bool LeaseKeeper::wait(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

void LeaseKeeper::keep_renewing(const std::stop_token& stop) {
    while (wait(stop, renewal)) renew();
}

void LeaseKeeper::keep_looking(const std::stop_token& stop) {
    while (wait(stop, look_interval)) look();
}

void LeaseKeeper::renew() {
    try {
        lease_.renew();
        if (std::exchange(has_failed_, false)) log_.info("the leases of the database can be renewed again");
    } catch (const table::StoreMissing&) {
        // Another process has removed the namespace that the store belongs to. This process stops the
        // namespace soon, too.
        is_gone_ = true;
    } catch (const std::exception& error) {
        if (!std::exchange(has_failed_, true)) {
            log_.warning(std::string("the leases of the database cannot be renewed: ") + error.what());
        }
    }
}

void LeaseKeeper::look() {
    if (only_renews_) return;
    follow(lease_.process());
    if (begun_ == 0) return;
    const bool is_main_now = is_main();
    try {
        work_.look();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the next renewal reports it.
    }
    if (is_main_now == was_main_) return;
    was_main_ = is_main_now;
    if (is_main_now) {
        log_.info(
            "this process now removes expired items and old stream records, and answers requests about "
            "mappings");
    } else {
        log_.warning(
            "this process no longer removes expired items and old stream records, and no longer answers "
            "requests about mappings");
    }
}

/// If this process has got another number, it has lost the leases that it had under the old number.
void LeaseKeeper::follow(std::uint64_t process) {
    if (process == begun_) return;
    try {
        if (begun_.exchange(0) != 0) {
            was_main_ = false;
            if (!is_gone_) {
                log_.warning(
                    "this process has lost its leases: it leaves the event source mappings, and the removal "
                    "of expired items and old stream records, to other processes");
            }
        }
        if (process == 0) return;
        work_.begin();
        begun_ = process;
    } catch (const std::exception& error) {
        log_.error(std::string("the event source mappings cannot be started: ") + error.what());
    }
}

}  // namespace tailrace::server
