#include "stream/mapping/mapping_journal.hpp"

#include <utility>

namespace tailrace::stream {

std::optional<Checkpoint> MappingJournal::load() {
    const std::lock_guard lock(mutex_);
    discarded_.load();
    return checkpoint_.load();
}

void MappingJournal::save(const std::function<Checkpoint()>& reached) {
    const std::lock_guard lock(mutex_);
    checkpoint_.save(reached());
}

Checkpoint MappingJournal::begin(const Checkpoint& checkpoint) {
    const std::lock_guard lock(mutex_);
    return checkpoint_.begin(checkpoint);
}

std::optional<ShardCheckpoint> MappingJournal::load_shard(const std::string& shard_id) {
    const std::lock_guard lock(mutex_);
    return checkpoint_.load_shard(shard_id);
}

std::vector<MappingJournal::ShardReached> MappingJournal::save_shards(
    const std::function<std::vector<ShardReached>()>& reached) {
    const std::lock_guard lock(mutex_);
    std::vector<ShardReached> lost;
    for (ShardReached& each : reached()) {
        try {
            checkpoint_.save_shard(each.shard_id, each.checkpoint, each.fence);
        } catch (const ShardLost&) {
            lost.push_back(std::move(each));
        }
    }
    return lost;
}

std::optional<DiscardedBatch> MappingJournal::discard(DiscardedBatch batch, const table::OwnLease* lease) {
    const std::lock_guard lock(mutex_);
    return discarded_.add(std::move(batch), lease);
}

/// Other processes give up batches of the shards that they run.
void MappingJournal::refresh() {
    if (is_shared_) discarded_.load();
}

void MappingJournal::remove(const DiscardedBatch& batch) {
    const std::lock_guard lock(mutex_);
    discarded_.remove(batch);
}

std::vector<DiscardedBatch> MappingJournal::discarded() {
    const std::lock_guard lock(mutex_);
    refresh();
    return discarded_.all();
}

std::size_t MappingJournal::discarded_count() {
    const std::lock_guard lock(mutex_);
    refresh();
    return discarded_.count();
}

std::uint64_t MappingJournal::note(const Invocation& invocation, std::size_t handled) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = history_.add(invocation);
    if (invocation.condition == DiscardCondition::skipped) {
        ++counts_.skipped;
        return number;
    }
    ++counts_.batches;
    counts_.records += handled;
    counts_.has_last_call_failed = invocation.has_failed();
    if (!invocation.has_failed()) return number;
    ++counts_.failures;
    counts_.last_error = invocation.error;
    counts_.last_error_time = invocation.time + invocation.duration;
    return number;
}

void MappingJournal::note_resent(const Invocation& invocation) {
    const std::lock_guard lock(mutex_);
    history_.add(invocation);
}

void MappingJournal::note_redrive(const Resending& resending, bool is_retrying, Timestamp now) {
    const std::lock_guard lock(mutex_);
    if (resending.failures > 0) {
        counts_.last_error = resending.last_error;
        counts_.last_error_time = now;
    } else if (discarded_.count() == 0 && !is_retrying) {
        counts_.last_error.clear();
        counts_.has_last_call_failed = false;
    }
}

MappingHistory MappingJournal::history(std::uint64_t after) {
    const std::lock_guard lock(mutex_);
    refresh();
    return {history_.after(after), discarded_.all()};
}

MappingCounts MappingJournal::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
}

std::uint64_t MappingJournal::calls() const {
    const std::lock_guard lock(mutex_);
    return history_.newest();
}

void MappingJournal::erase() {
    const std::lock_guard lock(mutex_);
    checkpoint_.erase();
    discarded_.erase();
}

}  // namespace tailrace::stream
