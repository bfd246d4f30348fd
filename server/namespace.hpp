#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/front_door.hpp"
#include "server/process/log.hpp"
#include "server/tailrace.hpp"
#include "server/web/router.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// What a namespace is made with.
struct NamespaceOptions {
    TailraceOptions tailrace;
    FrontDoorOptions door;
    /// The URL at which its functions reach it; empty for none.
    std::string endpoint = {};
    std::vector<stream::Function> functions = {};
};

/// A running namespace other than the default one: its clock, its Tailrace, and the door to it. Thread-safe.
class Namespace {
  public:
    /// If `content` has no store, the namespace begins with what is at the location in the options. If it has
    /// no time, the clock is the machine's. The log must outlive the namespace. Throws StorageError.
    Namespace(NamespaceOptions options, Snapshot content, const Log& log);
    Namespace(const Namespace&) = delete;
    Namespace& operator=(const Namespace&) = delete;

    Tailrace& tailrace() { return tailrace_; }
    FrontDoor& door() { return door_; }
    Router& router() { return router_; }
    /// The mount of /_tailrace, for further endpoints, which are added before the first request.
    Mount& admin() { return admin_; }

    /// Called for each request, before it is answered.
    void note_request() noexcept { is_asked_.store(true, std::memory_order_relaxed); }

    using Moment = std::chrono::steady_clock::time_point;
    // The functions below are called by one thread at a time.
    /// Rests if no request has come for that long: gives up what takes memory and can be made again, until
    /// the next request or until a mapping has work. The time begins with the first call.
    void rest_if_idle(Moment now, std::chrono::seconds limit);
    /// Removes expired items. Unless the namespace rests, also removes old records and what is left of
    /// deleted tables, which can wait until the next request.
    void sweep();

  private:
    static TailraceOptions beside_others(TailraceOptions options, ManualClock* clock);
    FrontDoorOptions with_own_clock(FrontDoorOptions options) const;
    const Clock& clock() const;

    const bool begins_empty_;
    const SystemClock system_clock_;
    std::optional<ManualClock> manual_clock_;
    Tailrace tailrace_;
    Router router_;
    Mount& admin_;
    FrontDoor door_;
    std::atomic<bool> is_asked_ = true;
    Moment idle_since_ = {};
    bool is_resting_ = false;
};

}  // namespace tailrace::server
