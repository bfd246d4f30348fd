#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "engine/table/store.hpp"
#include "server/cache/caches.hpp"
#include "server/cognito/user_pools.hpp"
#include "server/lambda/mapping_service.hpp"
#include "server/options/on_stream.hpp"
#include "server/process/log.hpp"
#include "server/requests/request_log.hpp"
#include "stream/dispatcher.hpp"

namespace tailrace::server {

/// What a namespace has at one moment: its tables, their streams, its user pools, and its mappings with their
/// places. In memory, values of caches are not part of it. Mappings that were given at the start are named
/// here, and their places are in the store.
struct Snapshot {
    std::unique_ptr<table::Store> store = nullptr;
    /// The time of a clock that can be moved.
    std::optional<Timestamp> now = {};
    std::vector<OnStream> mappings = {};

    /// Copies a snapshot that may have no store.
    Snapshot copy() const { return {store ? store->fork() : nullptr, now, mappings}; }
};

/// How much a namespace has.
struct ContentsSize {
    std::vector<std::string> tables;
    std::int64_t items = 0;
    std::int64_t bytes = 0;
};

/// Everything that a namespace has, as one thing that can be copied and replaced. Thread-safe.
class Contents {
  public:
    /// What a namespace consists of. All of it must outlive the contents.
    struct Parts {
        Engine& engine;
        stream::Dispatcher& dispatcher;
        MappingService& mappings;
        Caches& caches;
        UserPools& user_pools;
        const Log& log;
        /// The clock if it can be moved, else null.
        ManualClock* movable_clock;
        bool is_in_memory;
        RequestLog& request_log;
        /// Starts a mapping that was given at the start.
        std::function<std::string(const OnStream&)> start_mapping;
        /// Adds the users of the start; may be empty.
        std::function<void(UserPools&)> add_users;
    };

    explicit Contents(Parts parts) : parts_(std::move(parts)), began_(parts_.engine.clock().now()) {}

    /// Starts a mapping that is started again whenever the contents are replaced, and returns its id.
    std::string give_mapping(const OnStream& wanted);
    /// What give_mapping() was called with.
    std::vector<OnStream> given_mappings();
    /// Adds the users of the start.
    void add_users();

    /// Returns a copy of everything. Records that no function was called with yet are in it, too.
    Snapshot snapshot();
    ContentsSize size();
    /// These replace everything: by a snapshot, by what there was at the start, or without the items and the
    /// records. They wait for the function calls under way, so that nothing of before comes after. A movable
    /// clock goes back with restore() and reset(). Caches are emptied. Throw StorageError; then nothing has
    /// changed.
    void restore(Snapshot snapshot);
    void reset();
    void remove_items();

  private:
    void replace_store(std::unique_ptr<table::Store> store);
    void set_clock(std::optional<Timestamp> now);
    void restart(const std::function<void()>& replace);
    void start_given_mappings();

    const Parts parts_;
    const Timestamp began_;
    std::mutex mutex_;
    std::vector<OnStream> given_;
};

}  // namespace tailrace::server
