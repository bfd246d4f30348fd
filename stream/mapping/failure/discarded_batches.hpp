#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "engine/table/state_row.hpp"
#include "engine/table/store.hpp"

namespace tailrace::stream {

/// Records that a mapping gave up, and why.
struct DiscardedBatch {
    std::string stream_arn;
    std::string shard_id;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_sequence = 0;
    /// The number of lanes the shard had, and the lane the records came from.
    std::size_t lanes = 1;
    std::size_t lane = 0;
    /// For people. Older versions did not keep it.
    struct Cause {
        Timestamp time = {};
        std::size_t records = 0;
        std::size_t attempts = 0;
        /// As name_of(DiscardCondition) returns it.
        std::string condition = {};
        /// Kept only for the last hundred batches, else empty.
        std::string reason = {};
    };
    std::optional<Cause> cause = std::nullopt;
};

/// The last thousand batches that a mapping gave up and that have not succeeded since. They are kept in the
/// database:
///
///     [{"StreamArn": …, "ShardId": …, "FirstSequence": number, "LastSequence": number,
///       "Lanes": number, "Lane": number,
///       "Cause": {"Time": microseconds, "Records": number, "Attempts": number, "Condition": …, "Reason":
///       …}},
///      …]
///
/// All of them are written whenever one is added, so the reasons are few and short. Other processes may
/// write them, too, if they share the database. Then load() must be called for what is new.
///
/// For one thread at a time.
class DiscardedBatches {
  public:
    static constexpr std::size_t max_batches = 1000;
    static constexpr std::size_t max_reasons = 100;
    static constexpr std::size_t max_reason_bytes = 500;

    /// The engine must outlive this object, which has no batches before load().
    DiscardedBatches(Engine& engine, std::string state_name)
        : row_(engine.database(), std::move(state_name)) {}

    /// Reads what was kept. Throws StorageError, or another std::exception if it is damaged.
    void load();
    /// These throw StorageError, and then they have changed nothing. add() returns the oldest batch if it was
    /// dropped to make room. With a lease it does nothing and throws ShardLost if the lease is over.
    std::optional<DiscardedBatch> add(DiscardedBatch batch, const table::OwnLease* lease = nullptr);
    void remove(const DiscardedBatch& batch);
    const std::vector<DiscardedBatch>& all() const { return batches_; }
    std::size_t count() const { return batches_.size(); }
    void erase();

  private:
    using Batches = std::vector<DiscardedBatch>;
    /// Lets `edit` change the batches, and saves them.
    void change(const std::function<void(Batches&)>& edit, const table::OwnLease* lease = nullptr);

    table::StateRow row_;
    std::vector<DiscardedBatch> batches_;
};

}  // namespace tailrace::stream
