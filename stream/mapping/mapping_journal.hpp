#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/operation/engine.hpp"
#include "stream/mapping/delivery/invocation.hpp"
#include "stream/mapping/delivery/invocation_history.hpp"
#include "stream/mapping/failure/discarded_batches.hpp"
#include "stream/mapping/mapping_status.hpp"
#include "stream/mapping/source/checkpoint.hpp"

namespace tailrace::stream {

/// What became of a mapping's batches.
struct MappingHistory {
    /// The last calls since the mapping was started, oldest first.
    std::vector<Invocation> invocations;
    /// What was given up, also before that, and redrive() would send again; oldest first.
    std::vector<DiscardedBatch> given_up;
};

/// What a mapping writes down: its checkpoint and the batches that it gave up, which are kept in the
/// database, and its last calls and their counts, which begin with the mapping.
///
/// Thread-safe. Its mutex is held while the database is written, and taken before the mapping's, never after
/// it.
class MappingJournal {
  public:
    /// The engine outlives the journal.
    MappingJournal(Engine& engine, const std::string& state_name)
        : checkpoint_(engine, state_name), discarded_(engine, state_name + "/discarded") {}

    /// Reads what was kept and returns the checkpoint, or nothing if none was saved. Throws StorageError, and
    /// std::exception if what was kept is damaged.
    std::optional<Checkpoint> load();
    /// Writes the checkpoint that `reached` returns, unless it is the same as the last. It is asked when all
    /// earlier checkpoints have been written, so that an older one never replaces a newer one. Throws
    /// StorageError.
    void save(const std::function<Checkpoint()>& reached);

    /// Keeps a batch that is given up, and returns the oldest one if it had to go. Throws StorageError, and
    /// has then changed nothing.
    std::optional<DiscardedBatch> discard(DiscardedBatch batch);
    /// A batch that was given up has succeeded, or nothing is left of it. Throws as discard().
    void remove(const DiscardedBatch& batch);
    std::vector<DiscardedBatch> discarded() const;
    std::size_t discarded_count() const;

    /// Notes a call of the function, or the end of a batch without another, and counts it with the records
    /// that were handled. Returns its number.
    std::uint64_t note(const Invocation& invocation, std::size_t handled);
    /// Notes a call of a replay or a redrive, which is not counted.
    void note_resent(const Invocation& invocation);
    /// Notes how a redrive ended at `now`: the last error is its own if a call failed. If nothing is given up
    /// or `is_retrying` any more, there is no last error.
    void note_redrive(const Resending& resending, bool is_retrying, Timestamp now);
    MappingHistory history() const;
    MappingCounts counts() const;

    /// Erases what is kept in the database.
    void erase();

  private:
    mutable std::mutex mutex_;
    CheckpointRow checkpoint_;
    DiscardedBatches discarded_;
    InvocationHistory history_;
    MappingCounts counts_;
};

}  // namespace tailrace::stream
