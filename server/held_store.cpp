#include "server/held_store.hpp"

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "stream/shard_division.hpp"

namespace tailrace::server {
namespace {

constexpr std::chrono::milliseconds try_interval{250};

}  // namespace

HeldStore::HeldStore(std::unique_ptr<table::Store> store, const std::string& shown, const Log& log)
    : store_(std::move(store)), shown_(shown) {
    table::Lease* const lease = store_->lease();
    if (lease == nullptr) return;
    // If a process is killed, its leases expire after some time.
    const auto give_up = steady_time() + std::chrono::milliseconds(table::Lease::duration_ms) + try_interval;
    while (const auto user = other_user(true)) {
        if (steady_time() > give_up) refuse(*user);
        std::this_thread::sleep_for(try_interval);
    }
    const auto nothing = [] {};
    const stream::ProcessNote alone{.mappings = {}, .alone = {std::string(stream::every_mapping)}};
    const auto look = [lease, note = alone.text()] { lease->look(note); };
    keeper_.emplace(*lease, log, LeaseKeeper::Work{.begin = nothing, .look = look});
}

/// Returns a process that has the lease, or another process that uses the store; nullopt if there is none.
std::optional<std::string> HeldStore::other_user(bool renews) const {
    table::Lease& lease = *store_->lease();
    if (renews && !lease.renew()) return lease.owner();
    const std::vector<table::LeaseHolders::Process> others = lease.others();
    return others.empty() ? std::nullopt : std::optional(others.front().name);
}

void HeldStore::require_alone() const {
    if (store_->lease() == nullptr) return;
    if (const auto user = other_user(false)) refuse(*user);
}

void HeldStore::refuse(const std::string& user) const {
    throw table::StorageError("'" + shown_ + "' is in use by another process, " + user + "; stop it first");
}

}  // namespace tailrace::server
