#include "engine/storage/postgres/postgres_lease.hpp"

#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/storage/postgres/postgres_layout.hpp"

namespace tailrace::storage {
namespace {

std::string process_name() {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return std::string(host.data()) + ":" + std::to_string(::getpid());
}

std::int64_t steady_microseconds() {
    return std::chrono::duration_cast<std::chrono::microseconds>(steady_time().time_since_epoch()).count();
}

std::string end_of_lease() {
    return "clock_timestamp() + interval '" + std::to_string(Lease::duration_ms) + " ms'";
}

}  // namespace

PostgresLease::PostgresLease(PostgresAddress address)
    : name_(process_name()), connection_(std::move(address)) {}

bool PostgresLease::renew() {
    const std::lock_guard lock(mutex_);
    const std::int64_t begin = steady_microseconds();
    connection_.open();
    if (!keep() && !take()) {
        fence_ = 0;
        return false;
    }
    renewed_ = begin;
    drop_tables();
    return true;
}

/// An expired lease can still be renewed if no other process has taken it.
bool PostgresLease::keep() {
    if (fence_ == 0) return false;
    const PostgresResult kept =
        connection_.ask("UPDATE lease SET until = " + end_of_lease() + " WHERE fence = $1",
                        PostgresParameters().number(static_cast<std::int64_t>(fence_)));
    return kept.changed_rows() == 1;
}

/// All gates are locked, so that every transaction sees either the old owner or the new one.
bool PostgresLease::take() {
    const PostgresResult found = connection_.ask("SELECT owner, until < clock_timestamp() FROM lease");
    note_owner(found.bytes(0, 0));
    if (found.bytes(0, 1) != std::string_view("\1", 1)) return false;
    try {
        connection_.send("BEGIN");
        connection_.send(lock_all_gates);
        const PostgresResult taken =
            connection_.ask("UPDATE lease SET owner = $1, until = " + end_of_lease() +
                                ", fence = fence + 1 WHERE until < clock_timestamp() RETURNING fence",
                            PostgresParameters().bytes(name_));
        if (taken.rows() == 0) {
            connection_.send_rollback();
            return false;
        }
        const std::int64_t fence = taken.number(0, 0);
        connection_.send("UPDATE moment SET fence = $1", PostgresParameters().number(fence));
        connection_.send("UPDATE gate SET fence = $1", PostgresParameters().number(fence));
        connection_.send("COMMIT");
        connection_.wait();
        note_owner(name_);
        fence_ = static_cast<std::uint64_t>(fence);
        return true;
    } catch (...) {
        connection_.send_rollback();
        throw;
    }
}

/// Snapshots are much shorter than a minute. One that is not blocks the DROP of its tables, which is tried
/// again at the next renewal.
void PostgresLease::drop_tables() {
    const PostgresResult dropped = connection_.ask(
        "SELECT convert_to(rows, 'UTF8') FROM dropped WHERE since < clock_timestamp() - interval '1 minute'");
    for (int row = 0; row < dropped.rows(); ++row) {
        const std::string table(dropped.bytes(row, 0));
        try {
            connection_.send("BEGIN");
            connection_.send("SET LOCAL lock_timeout = '50ms'");
            connection_.send("DROP TABLE IF EXISTS " + table);
            connection_.send("DELETE FROM dropped WHERE rows = '" + table + "'");
            connection_.send("COMMIT");
            connection_.wait();
        } catch (const ConnectionLost&) {
            throw;
        } catch (const std::exception&) {
            connection_.send_rollback();
        }
    }
}

std::uint64_t PostgresLease::fence() const {
    if (steady_microseconds() - renewed_ > std::int64_t{duration_ms} * 1000) return 0;
    return fence_;
}

void PostgresLease::note_owner(std::string_view owner) {
    const std::lock_guard lock(owner_mutex_);
    owner_ = owner;
}

std::string PostgresLease::owner() const {
    const std::lock_guard lock(owner_mutex_);
    return owner_;
}

void PostgresLease::release() noexcept {
    const std::lock_guard lock(mutex_);
    const std::uint64_t fence = fence_.exchange(0);
    if (fence == 0 || !connection_.is_open()) return;
    try {
        connection_.ask("UPDATE lease SET until = '-infinity' WHERE fence = $1",
                        PostgresParameters().number(static_cast<std::int64_t>(fence)));
    } catch (const std::exception&) {
        connection_.close();  // It is over in a few seconds.
    }
}

}  // namespace tailrace::storage
