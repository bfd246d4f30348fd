#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/model/read_lags.hpp"
#include "engine/operation/engine.hpp"
#include "engine/operation/throughput/throttle_setting.hpp"
#include "engine/table/store.hpp"
#include "server/cache/caches.hpp"
#include "server/cognito/user_pools.hpp"
#include "server/functions/uploaded_functions.hpp"
#include "server/lambda/mapping_service.hpp"
#include "server/options/on_stream.hpp"
#include "server/process/lease_keeper.hpp"
#include "server/process/log.hpp"
#include "server/requests/request_log.hpp"
#include "stream/dispatcher.hpp"
#include "stream/shard_sharing.hpp"

namespace tailrace::server {

/// How much a namespace has.
struct ContentsSize {
    std::vector<std::string> tables = {};
    std::int64_t items = 0;
    std::int64_t bytes = 0;
};

ContentsSize size_of(table::Database& database);

/// The contents of a namespace at one moment: its tables, their streams, its user pools, and its mappings
/// with their checkpoints. The values of caches are part of it only if the tables are in a file. `mappings`
/// has those that were given at the start; their checkpoints are in the store. Limits of throughput are part
/// of it, but not what has been used.
struct Snapshot {
    /// Null for an empty snapshot, which stands for what a namespace begins with.
    std::unique_ptr<table::Store> store = nullptr;
    /// The time of a clock that can be moved.
    std::optional<Timestamp> now = {};
    std::vector<OnStream> mappings = {};
    ContentsSize size = {};
    /// How far reads lag behind. They see all of the snapshot immediately.
    ReadLags read_lags = {};
    /// The limits of throughput; nullopt for those that a namespace begins with.
    std::optional<std::vector<operation::ThrottleSetting>> throttle = {};
    /// The functions that requests have uploaded.
    UploadedFunctionMap functions = {};

    Snapshot copy() const {
        return {.store = store ? store->fork() : nullptr,
                .now = now,
                .mappings = mappings,
                .size = size,
                .read_lags = read_lags,
                .throttle = throttle,
                .functions = functions};
    }
};

/// Only the process that answers requests about mappings can do it. what() names that process.
class AnsweredElsewhere : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Everything that a namespace has, as one thing that can be copied and replaced. Thread-safe.
class Contents {
  public:
    /// What a namespace consists of. All of it must outlive the contents.
    struct Parts {
        Engine& engine;
        stream::Dispatcher& dispatcher;
        MappingService& mappings;
        UploadedFunctions& functions;
        Caches& caches;
        UserPools& user_pools;
        const Log& log;
        /// The clock if it can be moved, else null.
        ManualClock* movable_clock;
        bool is_in_memory;
        /// The limit on the pages of stores; null for none.
        std::shared_ptr<table::PageBudget> page_budget;
        RequestLog& request_log;
        /// Starts a mapping that was given at the start.
        std::function<std::string(const OnStream&)> start_mapping;
        /// Adds the users and the tables that a namespace begins with; empty for none.
        std::function<void(UserPools&)> add_users;
        std::function<void(Engine&)> add_tables;
    };

    explicit Contents(Parts parts) : parts_(std::move(parts)), began_(parts_.engine.clock().now()) {}

    /// Starts a mapping and returns its id. Whenever the contents are replaced, it is started again.
    std::string give_mapping(const OnStream& wanted);
    /// Returns what give_mapping() was called with.
    std::vector<OnStream> given_mappings();
    /// Gives these parameters to a mapping that give_mapping() has started. Throws std::invalid_argument.
    void change_mapping(const OnStream& wanted);
    /// Removes a mapping that give_mapping() has started, after its batches under way.
    void take_mapping(const std::string& table, const std::string& handler);
    /// Adds the users and the tables that a namespace begins with.
    void begin();
    /// For a copy of another namespace: adds the functions that were uploaded to the other namespace.
    void add_functions(const UploadedFunctionMap& functions) { parts_.functions.replace_all(functions); }

    /// Returns a copy of everything, including records that no function has been called with yet.
    Snapshot snapshot();
    /// The same for a caller that copies the rows itself: the snapshot has no store.
    Snapshot snapshot_without_rows();
    ContentsSize size();
    /// The three functions below throw AnsweredElsewhere if another process answers requests about mappings.
    /// They wait for the calls of mappings under way, so that none of them writes to the new contents. They
    /// do not wait for functions that are invoked by requests. Caches are emptied, except for values in a
    /// file's snapshot. They throw StorageError; if the store could not be replaced, the tables and the
    /// caches have not changed.
    ///
    /// Replaces everything by a snapshot, and sets a movable clock to its time.
    void restore(Snapshot snapshot);
    /// Replaces everything by what an empty namespace begins with, without uploaded functions, and sets a
    /// movable clock to the time at which this namespace began.
    void reset();
    /// Removes the items, the records and the values of caches.
    void remove_items();
    /// For a database that other processes use, too: takes part in running the mappings as long as the leases
    /// of this process are renewed in time. leave_lease() must come before the dispatcher stops, and
    /// end_lease() after that.
    void keep_lease();
    void leave_lease() noexcept;
    void end_lease() noexcept;
    /// False if another process answers requests about the mappings.
    bool is_main() const;
    /// Says who answers requests about the mappings if this process does not.
    std::string elsewhere() const;
    /// Returns null before keep_lease().
    stream::ShardSharing* sharing() const { return sharing_.get(); }

    /// True while rows in a file are copied. That may hold the lock of the tables for seconds, so requests
    /// for them must not be answered by a thread that others need.
    bool is_copying() const noexcept { return copies_.load(std::memory_order_relaxed) > 0; }

  private:
    template <typename Work>
    auto copying(Work work);
    std::unique_ptr<table::Store> empty_store() const;
    void replace_store(std::unique_ptr<table::Store> store);
    void set_clock(std::optional<Timestamp> now);
    void begin_anew();
    void restart(const std::function<void()>& replace);
    void require_lease() const;
    void start_given_mappings();
    void start_all(const std::function<void()>& before);
    void begin_leases();
    /// What is done several times a second in a database that other processes use, too.
    void look();

    const Parts parts_;
    const Timestamp began_;
    std::atomic<int> copies_ = 0;
    std::mutex mutex_;
    std::vector<OnStream> given_;
    /// Null if no other process uses the database.
    std::unique_ptr<stream::ShardSharing> sharing_;
    bool has_begun_ = false;
    /// True while another process runs all mappings alone, so that this process runs none. Only look() uses
    /// it.
    bool is_resting_ = false;
    /// The calls of look() since it has read the definitions of mappings.
    int looks_ = 0;
    /// The lease's fence at the last look(); 0 if this process was not the main one then. While the lease's
    /// own fence differs, look() has not read yet what the previous main process changed.
    std::atomic<std::uint64_t> main_fence_ = 0;
    /// Its threads use the other members.
    std::unique_ptr<LeaseKeeper> lease_keeper_;
};

}  // namespace tailrace::server
