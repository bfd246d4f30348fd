#include "server/process/time_to_live_sweeper.hpp"

#include <exception>
#include <string>
#include <system_error>
#include <utility>

#include "engine/table/changes/stream_retention.hpp"
#include "engine/table/items/discarded_spaces.hpp"
#include "engine/table/items/index_builder.hpp"
#include "engine/table/items/time_to_live.hpp"

namespace tailrace::server {

TimeToLiveSweeper::TimeToLiveSweeper(Engine& engine, const Log& log, std::chrono::seconds interval,
                                     bool has_thread)
    : engine_(engine), log_(log), interval_(interval) {
    if (interval_.count() > 0 && has_thread) begin();
}

void TimeToLiveSweeper::begin() {
    try {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    } catch (const std::system_error& error) {
        log_.error(
            std::string("time to live: items expire only on request, because no thread could be created: ") +
            error.what());
    }
}

std::size_t TimeToLiveSweeper::sweep(std::string_view table_name) {
    const std::size_t removed =
        table::TimeToLiveSweep().sweep(engine_.database(), engine_.clock().now(), table_name);
    if (removed > 0) log_.info("time to live: " + std::to_string(removed) + " expired items removed");
    return removed;
}

void TimeToLiveSweeper::on_clock_moved() {
    if (interval_.count() > 0) look();
}

void TimeToLiveSweeper::look() {
    table::Database& database = engine_.database();
    const table::Lease* const lease = database.lease();
    // One process does it for all that use the same database.
    if (lease != nullptr && lease->fence() == 0) return;
    sweep();
    table::StreamRetention().trim(database, engine_.clock().now());
    database.write([](table::WriteSession& session) { session.remove_gone_tables(); });
    if (lease == nullptr) return table::clear_discarded_spaces(database);
    // A process that has ended may have begun to fill an index.
    table::finish_interrupted_work(database);
}

void TimeToLiveSweeper::look_also(std::function<void()> work, std::chrono::seconds interval) {
    const std::lock_guard lock(mutex_);
    also_ = std::move(work);
    if (!also_) return;
    also_interval_ = interval;
    if (also_interval_.count() > 0 && !thread_.joinable()) begin();
}

void TimeToLiveSweeper::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
        const std::chrono::seconds time = interval_.count() > 0 ? interval_ : also_interval_;
        stopped_.wait_for(lock, stop, time, [] { return false; });
        if (stop.stop_requested()) return;
        try {
            if (interval_.count() > 0) look();
            if (also_) also_();
        } catch (const std::exception& error) {
            log_.error(std::string("time to live: a sweep failed: ") + error.what());
        }
    }
}

}  // namespace tailrace::server
