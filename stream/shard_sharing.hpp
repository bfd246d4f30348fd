#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/table/database.hpp"
#include "engine/table/store.hpp"
#include "stream/dispatcher.hpp"
#include "stream/shard_division.hpp"

namespace tailrace::stream {

/// Other processes have not ended their batches in time.
class OthersAreBusy : public table::StorageError {
  public:
    OthersAreBusy()
        : StorageError(
              "Other processes on the same database have not ended their batches in time. Try again.") {}
};

struct LackedMapping {
    std::string id;
    /// "host:process", the one that has it.
    std::string process;
};

/// Shares out the shards of all mappings among the processes that use a database: each shard has a lease, and
/// its holder runs it. Thread-safe.
class ShardSharing {
  public:
    /// Both must outlive this object. The database must be shared.
    ShardSharing(Dispatcher& dispatcher, table::Database& database)
        : dispatcher_(dispatcher), database_(database), lease_(*database.lease()) {}

    /// Reads what other processes have committed, takes and gives up leases, and tells the mappings which
    /// shards they run. Called several times a second, by one thread. Returns false if another process wants
    /// to have everything alone: then all mappings must be stopped, and started again when this returns true.
    /// Throws StorageError.
    bool look();
    /// True if this process has mappings, or if another process has mappings that this process may not know
    /// of yet.
    bool are_there_mappings();

    /// As long as it exists, no other process runs a shard of the mapping.
    using Alone = std::shared_ptr<void>;
    /// Waits until the other processes have ended their batches of a mapping, or of every_mapping, and this
    /// one has its shards. Throws OthersAreBusy if that takes longer than a minute or is given up.
    Alone alone(const std::string& mapping_id, const std::stop_token& given_up = {});
    /// Returns a mapping that another process has and this one lacks, so that this one does not know how far
    /// it is; nullopt if there is none. Waits for a few seconds first, but not longer than `at_most`, because
    /// another process may not have noticed yet that this one has removed the mapping.
    std::optional<LackedMapping> lacked(std::chrono::milliseconds at_most,
                                        const std::stop_token& given_up = {});
    /// Keeps other processes from running a mapping as long as this process lives, because this process has
    /// given the mapping other parameters.
    void keep_alone(const std::string& mapping_id);
    /// Has all processes remove a mapping that they were started with. Returns when they have done so, or
    /// after a few seconds.
    void remove_everywhere(const std::string& mapping_id);
    bool is_removed(const std::string& mapping_id);
    /// Undoes remove_everywhere() for a mapping that this process has again.
    void give_again(const std::string& mapping_id);
    /// Forgets what keep_alone() and remove_everywhere() were called with.
    void forget_requests();

  private:
    struct Seen {
        std::vector<KnownShard> shards;
        table::LeaseHolders holders;
    };
    Seen see();
    ProcessNote note();
    void follow_removals(Seen& seen);
    void tell_mappings(const Seen& seen, const ShardDivision& decided);
    bool has_nothing_to_share();
    void note_look(const Seen& seen);
    bool is_alone_with(const std::string& mapping_id, const Seen& seen) const;
    std::optional<LackedMapping> lacked_now();
    void wait_for_others(std::chrono::milliseconds at_most, const std::stop_token& given_up,
                         const std::function<bool()>& holds);

    Dispatcher& dispatcher_;
    table::Database& database_;
    table::Lease& lease_;
    std::mutex mutex_;
    std::condition_variable_any looked_;
    /// By mapping: how many callers want this process to run the mapping alone, and for how many looks it has
    /// done so.
    std::map<std::string, int> wanted_alone_;
    std::map<std::string, int> looks_alone_;
    std::set<std::string> kept_alone_;
    std::set<std::string> removed_;
    // For look() alone.
    bool has_followed_removals_ = false;
    bool has_written_note_ = false;
    bool must_rest_ = false;
};

}  // namespace tailrace::stream
