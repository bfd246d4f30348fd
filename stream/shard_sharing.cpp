#include "stream/shard_sharing.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "stream/mapping/source/checkpoint.hpp"

namespace tailrace::stream {
namespace {

/// How long to wait for the batches of other processes.
constexpr std::chrono::seconds max_wait_for_batches{60};
/// How long to wait until other processes have noticed that a mapping was removed, which they do after 2 s,
/// or until the lease of one that was killed is over; and how often to look.
constexpr std::chrono::seconds max_wait_for_removals{6};
constexpr std::chrono::milliseconds removal_interval{200};

/// How many times this process has to look before it counts as alone. Until then another process may take a
/// lease without having read the note of this process. If this process has all leases of a mapping, no other
/// process can take one of them, so one look is enough.
int looks_to_be_alone(const std::string& mapping_id) {
    constexpr int for_everything = 4;
    return mapping_id == every_mapping ? for_everything : 1;
}

using Held = table::LeaseHolders::Held;

bool is_of(const Held& lease, const std::string& mapping_id) {
    return lease.name.starts_with(mapping_id == every_mapping ? std::string(shard_places)
                                                              : shard_place(mapping_id, {}));
}

}  // namespace

ProcessNote ShardSharing::note() {
    ProcessNote note;
    {
        const std::lock_guard lock(mutex_);
        note.alone = kept_alone_;
        note.removed = removed_;
        for (const auto& [id, count] : wanted_alone_) note.alone.insert(id);
    }
    for (const auto& mapping : dispatcher_.all()) {
        note.mappings.insert(mapping->id());
        // A request that resumes the mapping has to reach the process that knows that the mapping is paused.
        if (mapping->outlook().is_paused) note.alone.insert(mapping->id());
    }
    return note;
}

ShardSharing::Seen ShardSharing::see() {
    const std::vector<std::shared_ptr<EventSourceMapping>> mappings = dispatcher_.all();
    Seen seen;
    table::look_at_others(database_);
    database_.read([&](table::ReadSession& session) {
        seen.shards.clear();
        for (const auto& mapping : mappings) {
            for (const auto& [shard_id, is_open] : mapping->shards().all(session)) {
                seen.shards.push_back(
                    {.mapping_id = mapping->id(), .shard_id = shard_id, .is_open = is_open});
            }
        }
    });
    for (const auto& mapping : mappings) {
        for (const std::string& shard_id : mapping->outlook().retrying_in) {
            for (KnownShard& each : seen.shards) {
                if (each.mapping_id == mapping->id() && each.shard_id == shard_id) each.should_stay = true;
            }
        }
    }
    const std::string text = note().text();
    seen.holders = lease_.look(text);
    has_written_note_ = !text.empty();
    return seen;
}

/// Others need not know of a process without mappings.
bool ShardSharing::has_nothing_to_share() {
    return !has_written_note_ && !must_rest_ && note().text().empty();
}

bool ShardSharing::are_there_mappings() {
    if (!dispatcher_.all().empty()) return true;
    const auto has_note = [](const table::LeaseHolders::Process& each) { return !each.note.empty(); };
    return std::ranges::any_of(lease_.look(note().text()).processes, has_note);
}

bool ShardSharing::look() {
    if (has_nothing_to_share()) return true;
    Seen seen = see();
    if (seen.holders.self == 0) return !must_rest_;
    follow_removals(seen);
    const ShardDivision decided = divide_shards(seen.holders, seen.shards);
    must_rest_ = decided.must_rest;
    for (const std::string& name : decided.must_rest ? std::vector<std::string>() : decided.take) {
        const std::uint64_t fence = lease_.take(name, seen.holders.self);
        if (fence != 0)
            seen.holders.leases.push_back({.name = name, .holder = seen.holders.self, .fence = fence});
    }
    tell_mappings(seen, decided);
    note_look(seen);
    return !decided.must_rest;
}

/// Only the main process removes mappings. The others remember it, in case one of them becomes the main one.
/// A process that is new may be the main one before they are, so it first believes all of them.
void ShardSharing::follow_removals(Seen& seen) {
    const bool is_new = !std::exchange(has_followed_removals_, true);
    const std::string main = lease_.fence() != 0 ? std::string() : lease_.owner();
    std::set<std::string> removed;
    for (const table::LeaseHolders::Process& each : seen.holders.processes) {
        if (each.number == seen.holders.self || !(is_new || each.name == main)) continue;
        removed.merge(ProcessNote::from_text(each.note).removed);
    }
    for (const std::string& id : removed) {
        {
            const std::lock_guard lock(mutex_);
            removed_.insert(id);
        }
        if (dispatcher_.find(id) == nullptr) continue;
        try {
            dispatcher_.remove(id, Kept::state);
        } catch (const UnknownMapping&) {  // NOLINT(bugprone-empty-catch): somebody else has just removed it.
        }
        std::erase_if(seen.shards, [&](const KnownShard& each) { return each.mapping_id == id; });
    }
}

/// A lease is given up when its mapping does not work on the shard any more.
void ShardSharing::tell_mappings(const Seen& seen, const ShardDivision& decided) {
    std::set<std::string> known;
    for (const KnownShard& each : seen.shards) known.insert(shard_place(each.mapping_id, each.shard_id));
    std::set<std::string> in_use;
    for (const auto& mapping : dispatcher_.all()) {
        const std::string prefix = shard_place(mapping->id(), {});
        ShardHold::Fences wanted;
        for (const Held& lease : seen.holders.leases) {
            const bool is_wanted = lease.holder == seen.holders.self && lease.name.starts_with(prefix) &&
                                   known.contains(lease.name) && !decided.give_up.contains(lease.name) &&
                                   !decided.must_rest;
            if (is_wanted) wanted[lease.name.substr(prefix.size())] = lease.fence;
        }
        for (const auto& [shard_id, fence] : wanted) in_use.insert(prefix + shard_id);
        const bool has_changed = mapping->shards().want(std::move(wanted));
        if (has_changed || mapping->outlook().waits_for_others) mapping->wake(WakeCause::commit);
        for (const auto& [shard_id, fence] : mapping->shards().held()) in_use.insert(prefix + shard_id);
    }
    for (const Held& lease : seen.holders.leases) {
        if (lease.holder == seen.holders.self && !in_use.contains(lease.name)) {
            lease_.give_up({lease.name, lease.fence});
        }
    }
}

/// True if no other process has a shard of the mapping, and this one works on all that it has.
bool ShardSharing::is_alone_with(const std::string& mapping_id, const Seen& seen) const {
    const bool others_have_some = std::ranges::any_of(seen.holders.leases, [&](const Held& lease) {
        return lease.holder != seen.holders.self && is_of(lease, mapping_id);
    });
    if (others_have_some) return false;
    const auto mapping = dispatcher_.find(mapping_id);
    if (mapping == nullptr) return true;
    const auto shards = std::ranges::count(seen.shards, mapping_id, &KnownShard::mapping_id);
    return mapping->shards().held().size() == static_cast<std::size_t>(shards);
}

void ShardSharing::note_look(const Seen& seen) {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, count] : wanted_alone_) {
        int& looks = looks_alone_[id];
        looks = is_alone_with(id, seen) ? looks + 1 : 0;
        if (looks > 0 && seen.holders.processes.size() == 1) looks = looks_to_be_alone(id);
    }
    std::erase_if(looks_alone_, [this](const auto& each) { return !wanted_alone_.contains(each.first); });
    looked_.notify_all();
}

ShardSharing::Alone ShardSharing::alone(const std::string& mapping_id, const std::stop_token& given_up) {
    const auto end = steady_time() + max_wait_for_batches;
    std::unique_lock lock(mutex_);
    if (wanted_alone_[mapping_id]++ == 0) looks_alone_[mapping_id] = 0;
    const auto let_go = [this, mapping_id](void*) {
        const std::lock_guard guard(mutex_);
        const auto found = wanted_alone_.find(mapping_id);
        if (--found->second == 0) wanted_alone_.erase(found);
    };
    const bool is_alone = looked_.wait_until(
        lock, given_up, end, [&] { return looks_alone_[mapping_id] >= looks_to_be_alone(mapping_id); });
    lock.unlock();
    Alone alone(this, let_go);
    if (!is_alone) throw OthersAreBusy();
    return alone;
}

std::optional<LackedMapping> ShardSharing::lacked_now() {
    const ProcessNote own = note();
    for (const table::LeaseHolders::Process& other : lease_.others()) {
        for (const std::string& id : ProcessNote::from_text(other.note).mappings) {
            const bool is_known =
                own.mappings.contains(id) || own.removed.contains(id) || own.wants_alone(id);
            if (!is_known) return LackedMapping{id, other.name};
        }
    }
    return std::nullopt;
}

/// Waits until a condition that depends on the other processes holds, but not for long. The database may be
/// restarting meanwhile.
void ShardSharing::wait_for_others(std::chrono::milliseconds at_most, const std::stop_token& given_up,
                                   const std::function<bool()>& holds) {
    const auto end = steady_time() + at_most;
    while (true) {
        const bool is_over = steady_time() >= end || given_up.stop_requested();
        try {
            if (holds() || is_over) return;
        } catch (const table::StoreMissing&) {
            throw;
        } catch (const table::StorageError&) {
            if (is_over) throw;
        }
        std::unique_lock lock(mutex_);
        looked_.wait_until(lock, given_up, std::min(end, steady_time() + removal_interval),
                           [] { return false; });
    }
}

std::optional<LackedMapping> ShardSharing::lacked(std::chrono::milliseconds at_most,
                                                  const std::stop_token& given_up) {
    std::optional<LackedMapping> found;
    wait_for_others(std::min<std::chrono::milliseconds>(at_most, max_wait_for_removals), given_up, [&] {
        found = lacked_now();
        return !found;
    });
    return found;
}

void ShardSharing::keep_alone(const std::string& mapping_id) {
    const std::lock_guard lock(mutex_);
    kept_alone_.insert(mapping_id);
}

void ShardSharing::remove_everywhere(const std::string& mapping_id) {
    {
        const std::lock_guard lock(mutex_);
        removed_.insert(mapping_id);
    }
    wait_for_others(max_wait_for_removals, {}, [&] {
        return std::ranges::none_of(lease_.others(), [&](const table::LeaseHolders::Process& other) {
            return ProcessNote::from_text(other.note).mappings.contains(mapping_id);
        });
    });
}

bool ShardSharing::is_removed(const std::string& mapping_id) {
    const std::lock_guard lock(mutex_);
    return removed_.contains(mapping_id);
}

void ShardSharing::give_again(const std::string& mapping_id) {
    const std::lock_guard lock(mutex_);
    removed_.erase(mapping_id);
}

void ShardSharing::forget_requests() {
    const std::lock_guard lock(mutex_);
    kept_alone_.clear();
    removed_.clear();
}

}  // namespace tailrace::stream
