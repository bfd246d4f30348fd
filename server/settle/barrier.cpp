#include "server/settle/barrier.hpp"

#include <algorithm>
#include <condition_variable>

#include "engine/table/database.hpp"
#include "server/wire/moment.hpp"

namespace tailrace::server {
namespace {

std::optional<Timestamp> first_end(const std::vector<TableInTransition>& tables) {
    if (tables.empty()) return std::nullopt;
    return std::ranges::min_element(tables, {}, &TableInTransition::until)->until;
}

std::chrono::milliseconds time_left(std::chrono::steady_clock::time_point end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_time());
    return std::max(left, std::chrono::milliseconds(0));
}

}  // namespace

SettleResult Barrier::settle(const SettleRequest& request) {
    SettleResult result = wait(request);
    parts_.engine.database().show_newest(request.table_name);
    return result;
}

SettleResult Barrier::wait(const SettleRequest& request) {
    const auto end = steady_time() + request.at_most;
    SettleResult result;
    while (true) {
        result.mappings = parts_.dispatcher.settle(time_left(end), request.given_up, request.table_name);
        const std::size_t removed = parts_.sweeper.sweep(request.table_name);
        result.removed += removed;
        result.tables = tables_in_transition(request.table_name);
        if (steady_time() >= end || request.given_up.stop_requested()) return result;
        // A removal makes a record. Functions may be called with this record.
        if (removed > 0) continue;
        if (move_clock(request, result) || wait_for_tables(request, result, end)) continue;
        return result;
    }
}

std::vector<TableInTransition> Barrier::tables_in_transition(std::string_view table_name) const {
    return parts_.engine.database().read([&](table::ReadSession& session) {
        std::vector<TableInTransition> found;
        for (const auto& [name, table] : session.catalogue().tables) {
            if (!table_name.empty() && name != table_name) continue;
            const table::Transition* transition = table->transition_at(session.now());
            if (transition == nullptr) continue;
            found.push_back({name, std::string(transition->status()), transition->until});
        }
        return found;
    });
}

/// Moves the clock to what is due next. Returns false if it may not be moved that far.
bool Barrier::move_clock(const SettleRequest& request, SettleResult& result) {
    if (!clock_stands_still()) return false;
    const std::lock_guard lock(clock_mutex_);
    std::optional<Timestamp> next = parts_.dispatcher.next_due(request.table_name);
    const auto tables = first_end(result.tables);
    if (tables && (!next || *tables < *next)) next = tables;
    if (!next || *next > last_moment) return false;
    const Timestamp now = clock().now();
    if (*next <= now) return true;  // It has been moved meanwhile.
    result.needs_longer_advance = *next - now > request.advance_at_most - result.advanced;
    if (result.needs_longer_advance) return false;
    result.advanced += *next - now;
    parts_.movable_clock->advance(*next - now);
    parts_.sweeper.on_clock_moved();
    return true;
}

/// Waits until the first of the tables is ACTIVE or gone. Returns false if there is none, or if only the
/// clock could end the wait.
bool Barrier::wait_for_tables(const SettleRequest& request, const SettleResult& result,
                              std::chrono::steady_clock::time_point end) const {
    const auto first = first_end(result.tables);
    if (!first || clock_stands_still() || !result.mappings.empty()) return false;
    std::mutex mutex;
    std::condition_variable_any given_up;
    std::unique_lock lock(mutex);
    const auto moment = std::min(end, steady_time() + (*first - clock().now()));
    given_up.wait_until(lock, request.given_up, moment, [] { return false; });
    return true;
}

}  // namespace tailrace::server
