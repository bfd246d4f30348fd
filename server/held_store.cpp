#include "server/held_store.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include "engine/model/clock.hpp"
#include "stream/shard_division.hpp"

namespace tailrace::server {
namespace {

constexpr std::chrono::milliseconds try_interval{250};

}  // namespace

HeldStore::HeldStore(std::unique_ptr<table::Store> store, const std::string& shown, const Log& log)
    : store_(std::move(store)) {
    table::Lease* const lease = store_->lease();
    if (lease == nullptr) return;
    // The lease of a process that has been killed ends by itself.
    const auto give_up = steady_time() + std::chrono::milliseconds(table::Lease::duration_ms) + try_interval;
    while (!lease->renew()) {
        if (steady_time() > give_up) {
            throw table::StorageError("'" + shown + "' is in use by another process, " + lease->owner() +
                                      "; stop it first");
        }
        std::this_thread::sleep_for(try_interval);
    }
    const auto nothing = [] {};
    const stream::ProcessNote alone{.mappings = {}, .alone = {std::string(stream::every_mapping)}};
    const auto look = [lease, note = alone.text()] { lease->look(note); };
    keeper_.emplace(*lease, log, LeaseKeeper::Work{.begin = nothing, .end = nothing, .look = look});
}

}  // namespace tailrace::server
