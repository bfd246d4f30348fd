#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/operation/engine.hpp"
#include "engine/table/database.hpp"
#include "stream/mapping/delivery/invocation.hpp"
#include "stream/mapping/delivery/invocation_history.hpp"
#include "stream/mapping/failure/discarded_batches.hpp"
#include "stream/mapping/mapping_status.hpp"
#include "stream/mapping/source/checkpoint.hpp"

namespace tailrace::stream {

/// The history of a mapping's batches.
struct MappingHistory {
    /// The last calls since the mapping was started, oldest first.
    std::vector<Invocation> invocations;
    /// The batches that redrive() would send again, oldest first. They may have been given up before the
    /// start.
    std::vector<DiscardedBatch> given_up;
};

/// What a mapping records about its work. Its checkpoint and the batches that it gave up are kept in the
/// database. Its last calls and their counts are kept only while the mapping exists.
///
/// Thread-safe. Its mutex is held while the database is written. A commit waits for the mapping's mutex, so
/// the journal must not be called with that mutex held, except for load() and the first save() before any
/// other call.
class MappingJournal {
  public:
    /// The engine must outlive the journal.
    MappingJournal(Engine& engine, const std::string& state_name, std::string mapping_id)
        : is_shared_(engine.database().lease() != nullptr),
          checkpoint_(engine, state_name, std::move(mapping_id)),
          discarded_(engine, state_name + "/discarded") {}

    /// Reads what was kept and returns the checkpoint, or nullopt if none was saved. Throws StorageError, or
    /// another std::exception if what was kept is damaged.
    std::optional<Checkpoint> load();
    /// Writes the checkpoint that `reached` returns, unless it is the same as the last one. `reached` is
    /// called after all earlier checkpoints have been written, so an older one never replaces a newer one.
    /// Throws StorageError.
    void save(const std::function<Checkpoint()>& reached);

    /// Where a process is in a shard that it runs, in a database that several processes share.
    struct ShardReached {
        std::string shard_id;
        std::uint64_t fence = 0;
        ShardCheckpoint checkpoint = {};
    };
    /// The functions for such a database. begin() saves where the mapping begins, load_shard() reads the row
    /// of a shard, and save_shards() saves the rows and returns the shards that other processes run now.
    Checkpoint begin(const Checkpoint& checkpoint);
    std::optional<ShardCheckpoint> load_shard(const std::string& shard_id);
    std::vector<ShardReached> save_shards(const std::function<std::vector<ShardReached>()>& reached);

    /// Keeps a batch that is given up. Returns the oldest batch if it was dropped to make room. Throws
    /// StorageError, and then it has changed nothing. With a lease it throws ShardLost if the lease is over.
    std::optional<DiscardedBatch> discard(DiscardedBatch batch, const table::OwnLease* lease = nullptr);
    /// Removes a batch that has succeeded since, or whose records the stream no longer has. Throws like
    /// discard().
    void remove(const DiscardedBatch& batch);
    /// Throws StorageError if other processes may have changed them and they cannot be read.
    std::vector<DiscardedBatch> discarded();
    std::size_t discarded_count();

    /// Notes a call of the function, or the end of a batch without another call. Counts it and the records
    /// that were handled. Returns its number.
    std::uint64_t note(const Invocation& invocation, std::size_t handled);
    /// Notes a call of a replay or a redrive, which is not counted.
    void note_resent(const Invocation& invocation);
    /// Notes how a redrive ended at `now`. If a call failed, its error becomes the last error. If nothing is
    /// given up or being retried any more, there is no last error.
    void note_redrive(const Resending& resending, bool is_retrying, Timestamp now);
    /// The history has the calls with a number above `after`.
    MappingHistory history(std::uint64_t after = 0);
    MappingCounts counts() const;
    /// How many calls have been noted, including those of replays and redrives.
    std::uint64_t calls() const;

    /// Erases what is kept in the database.
    void erase();

  private:
    void refresh();

    const bool is_shared_;
    mutable std::mutex mutex_;
    CheckpointRow checkpoint_;
    DiscardedBatches discarded_;
    InvocationHistory history_;
    MappingCounts counts_;
};

}  // namespace tailrace::stream
