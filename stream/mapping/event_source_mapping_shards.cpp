// The shards that a mapping runs, in a database that several processes share.

#include <algorithm>
#include <exception>
#include <mutex>
#include <set>

#include "stream/mapping/event_source_mapping.hpp"

namespace tailrace::stream {
namespace {

std::set<std::string> ids_of(const ShardHold::Fences& fences) {
    std::set<std::string> ids;
    for (const auto& [id, fence] : fences) ids.insert(id);
    return ids;
}

}  // namespace

/// False if the leases may be over, because they were not renewed in time.
bool EventSourceMapping::has_leases() const {
    if (!is_shared()) return true;
    const std::uint64_t process = parts_.engine.database().lease()->process();
    return process != 0 && process == shards_.process();
}

/// If this process has lost its leases, others may have replaced everything meanwhile. So the mapping's place
/// is loaded again before it takes up shards.
void EventSourceMapping::begin_anew() {
    if (!is_shared() || !shards_.has_begun_anew()) return;
    is_open_ = false;
    if (!fault_.is_of(MappingPart::thread)) fault_.clear();
}

/// A shard with a batch under way is left only after the batch has ended.
void EventSourceMapping::leave_shards() {
    if (is_reading_) return;
    const ShardHold::Fences wanted = shards_.wanted();
    for (const auto& [id, fence] : shards_.held()) {
        const auto kept = wanted.find(id);
        if (kept != wanted.end() && kept->second == fence) {
            cursors_->hold(id, std::nullopt);
        } else if (cursors_->leave(id)) {
            shards_.remove(id);
        }
    }
}

/// A shard begins at the place that its last process has saved.
void EventSourceMapping::hold_shards(std::unique_lock<std::mutex>& lock) {
    for (const auto& [id, fence] : shards_.wanted()) {
        if (shards_.held().contains(id)) continue;
        const std::uint64_t changes = shards_.changes();
        lock.unlock();
        const std::optional<ShardCheckpoint> saved = journal_.load_shard(id);
        lock.lock();
        // Another thread may have done the same meanwhile.
        if (changes != shards_.changes() || stopping_) return;
        const ShardCheckpoint start = saved ? *saved : shards_.base().of_shard(id);
        cursors_->hold(id, start);
        shards_.add(id, fence);
        done_up_to_ = std::min(done_up_to_, start.sequence);
    }
}

/// Returns nullopt in a database that is not shared.
std::optional<table::OwnLease> EventSourceMapping::lease_of(const std::string& shard_id) const {
    if (!is_shared()) return std::nullopt;
    const ShardHold::Fences held = shards_.held();
    const auto found = held.find(shard_id);
    return table::OwnLease{shard_place(options_.id, shard_id), found != held.end() ? found->second : 0};
}

void EventSourceMapping::lose(const std::string& shard_id, std::uint64_t fence) {
    shards_.lose(shard_id, fence);
    if (!parts_.log) return;
    parts_.log("the event source mapping " + name() + ": another process now runs the shard " + shard_id +
               ", so this process drops what its last batch has added to the checkpoint");
}

/// Saves where the mapping is in each of its shards. If another process runs a shard by now, what this
/// process has reached in the shard is dropped.
void EventSourceMapping::save_shards() {
    std::uint64_t reached_up_to = 0;
    std::uint64_t changes = 0;
    std::vector<MappingJournal::ShardReached> lost;
    note_failure_of([&] {
        lost = journal_.save_shards([&] {
            const std::lock_guard lock(mutex_);
            const ShardHold::Fences fences = shards_.held();
            std::vector<MappingJournal::ShardReached> reached;
            for (auto& [id, checkpoint] : cursors_->checkpoint().shards) {
                const auto fence = fences.find(id);
                if (fence != fences.end()) reached.push_back({id, fence->second, checkpoint});
            }
            reached_up_to = cursors_->handled_up_to();
            changes = shards_.changes();
            is_saved_ = true;
            return reached;
        });
    });
    for (const MappingJournal::ShardReached& each : lost) lose(each.shard_id, each.fence);
    const std::lock_guard lock(mutex_);
    if (changes == shards_.changes()) done_up_to_ = std::max(done_up_to_, reached_up_to);
}

Progress EventSourceMapping::progress_to(std::uint64_t sequence, Awaited awaited) {
    if (!is_shared()) return progress_here(sequence, awaited);
    const std::uint64_t changes = shards_.changes();
    const bool is_level = shards_.is_level();
    const Progress here = progress_here(sequence, awaited);
    if (here != Progress::done) return here;
    {
        const std::lock_guard lock(mutex_);
        if (!parameters_.enabled) return here;
    }
    if (!is_level || !has_leases()) return Progress::under_way;
    try {
        const Progress elsewhere = progress_elsewhere(sequence, awaited);
        // A shard may have come or gone between the two looks.
        return changes == shards_.changes() ? elsewhere : Progress::under_way;
    } catch (const std::exception&) {
        return Progress::under_way;
    }
}

/// Reads from the database how far other processes are.
Progress EventSourceMapping::progress_elsewhere(std::uint64_t sequence, Awaited awaited) {
    std::chrono::microseconds window{0};
    {
        const std::lock_guard lock(mutex_);
        window = parameters_.tumbling_window;
    }
    const Timestamp now = parts_.engine.clock().now();
    for (const StreamSource::Elsewhere& each : source_.elsewhere(ids_of(shards_.held()), shards_.base())) {
        if (each.first_waiting && *each.first_waiting <= sequence) return Progress::under_way;
        if (awaited != Awaited::everything || !each.checkpoint.window.is_object()) continue;
        ShardWindow open(std::chrono::duration_cast<std::chrono::seconds>(window));
        open.restore(each.checkpoint.window);
        if (open.is_open() && open.end() <= now) return Progress::under_way;
    }
    return Progress::done;
}

/// Adds the shards of other processes to a status, and to the place that is shown.
void EventSourceMapping::show_elsewhere(MappingStatus& status, Checkpoint& reached) {
    std::set<std::string> held;
    for (const auto& [id, checkpoint] : reached.shards) held.insert(id);
    try {
        for (const StreamSource::Elsewhere& each : source_.elsewhere(held, shards_.base())) {
            reached.shards[each.shard_id] = each.checkpoint;
            if (each.first_waiting) reached.sequence = std::min(reached.sequence, *each.first_waiting - 1);
            status.shards.push_back({.stream_arn = each.stream_arn,
                                     .shard_id = each.shard_id,
                                     .sequence = each.checkpoint.sequence,
                                     .is_closed = each.is_closed,
                                     .is_elsewhere = true});
        }
    } catch (const std::exception& error) {
        status.last_error = error.what();
    }
}

}  // namespace tailrace::stream
