#include "engine/storage/postgres/postgres_lease.hpp"

#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"

namespace tailrace::storage {
namespace {

/// How the table `lease` names the lease that has no name for its callers.
constexpr std::string_view main_lease = "main";

std::string process_name() {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return std::string(host.data()) + ":" + std::to_string(::getpid());
}

std::int64_t steady_microseconds() {
    return std::chrono::duration_cast<std::chrono::microseconds>(steady_time().time_since_epoch()).count();
}

std::string end_of_leases() {
    return "clock_timestamp() + interval '" + std::to_string(Lease::duration_ms) + " ms'";
}

PostgresAddress with_isolation(PostgresAddress address) {
    address.settings.append("; SET default_transaction_isolation TO 'read committed'");
    return address;
}

std::int64_t to_signed(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

std::uint64_t to_unsigned(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}

/// Sends what removes the processes whose time is over, and their leases. A lease on which a transaction
/// still depends stays for now.
void send_removal(PostgresConnection& connection) {
    connection.send("DELETE FROM process WHERE until < clock_timestamp()");
    connection.send(
        "DELETE FROM lease USING (SELECT name, fence FROM lease WHERE NOT EXISTS (SELECT 1 FROM process "
        "WHERE id = lease.process) FOR UPDATE OF lease SKIP LOCKED) AS over WHERE lease.name = over.name AND "
        "lease.fence = over.fence");
}

}  // namespace

PostgresLease::PostgresLease(PostgresAddress address)
    : name_(process_name()), connection_(with_isolation(std::move(address))) {}

bool PostgresLease::renew() {
    const std::lock_guard lock(mutex_);
    const std::int64_t begin = steady_microseconds();
    connection_.open();
    if (!keep()) join();
    renewed_ = begin;
    if (fence_ == 0) take_main();
    if (fence_ == 0) return false;
    drop_tables();
    return true;
}

/// Expired leases can still be renewed if no other process has removed them.
bool PostgresLease::keep() {
    if (process_ == 0) return false;
    const PostgresResult kept =
        connection_.ask("UPDATE process SET until = " + end_of_leases() + " WHERE id = $1",
                        PostgresParameters().number(to_signed(process_)));
    return kept.changed_rows() == 1;
}

void PostgresLease::join() {
    fence_ = 0;
    process_ = 0;
    const PostgresResult joined = connection_.ask(
        "INSERT INTO process VALUES (nextval('fences'), $1, " + end_of_leases() + ", '') RETURNING id",
        PostgresParameters().bytes(name_));
    noted_.clear();
    process_ = to_unsigned(joined.number(0, 0));
}

void PostgresLease::take_main() {
    send_removal(connection_);
    fence_ = insert(main_lease);
    const PostgresResult owner =
        connection_.ask("SELECT process.name FROM lease JOIN process ON id = process WHERE lease.name = $1",
                        PostgresParameters().bytes(main_lease));
    note_owner(owner.rows() == 1 ? owner.bytes(0, 0) : std::string_view());
}

/// A row of a process that is gone is nobody's, and is removed like others.
std::uint64_t PostgresLease::insert(std::string_view name) {
    const PostgresResult taken = connection_.ask(
        "INSERT INTO lease SELECT $1, id, nextval('fences') FROM process WHERE id = $2 ON CONFLICT DO "
        "NOTHING RETURNING fence",
        PostgresParameters().bytes(name).number(to_signed(process_)));
    return taken.rows() == 1 ? to_unsigned(taken.number(0, 0)) : 0;
}

LeaseHolders PostgresLease::look(std::string_view note) {
    const std::lock_guard lock(mutex_);
    connection_.open();
    send_removal(connection_);
    if (note != noted_) {
        connection_.send("UPDATE process SET note = $1 WHERE id = $2",
                         PostgresParameters().bytes(note).number(to_signed(process_)));
    }
    connection_.send("SELECT id, name, note FROM process ORDER BY id", {});
    connection_.send("SELECT name, process, fence FROM lease ORDER BY name", {});
    const std::vector<PostgresResult> found = connection_.wait_for_rows();
    noted_ = note;
    LeaseHolders holders;
    for (int row = 0; row < found.at(0).rows(); ++row) {
        const PostgresResult& processes = found[0];
        holders.processes.push_back({.number = to_unsigned(processes.number(row, 0)),
                                     .name = std::string(processes.bytes(row, 1)),
                                     .note = std::string(processes.bytes(row, 2))});
        if (holders.processes.back().number == process_) holders.self = process_;
    }
    for (int row = 0; row < found.at(1).rows(); ++row) {
        const PostgresResult& leases = found[1];
        if (leases.bytes(row, 0) == main_lease) continue;
        holders.leases.push_back({.name = std::string(leases.bytes(row, 0)),
                                  .holder = to_unsigned(leases.number(row, 1)),
                                  .fence = to_unsigned(leases.number(row, 2))});
    }
    return holders;
}

std::uint64_t PostgresLease::take(std::string_view name, std::uint64_t process) {
    const std::lock_guard lock(mutex_);
    if (process == 0 || process != process_) return 0;
    connection_.open();
    return insert(name);
}

void PostgresLease::give_up(const OwnLease& lease) {
    const std::lock_guard lock(mutex_);
    connection_.open();
    connection_.ask("DELETE FROM lease WHERE name = $1 AND fence = $2",
                    PostgresParameters().bytes(lease.name).number(to_signed(lease.fence)));
}

std::vector<LeaseHolders::Process> PostgresLease::others() {
    const std::lock_guard lock(mutex_);
    connection_.open();
    const PostgresResult found = connection_.ask(
        "SELECT id, name, note FROM process WHERE until > clock_timestamp() AND id <> $1 ORDER BY name, id",
        PostgresParameters().number(to_signed(process_)));
    std::vector<LeaseHolders::Process> others;
    others.reserve(static_cast<std::size_t>(found.rows()));
    for (int row = 0; row < found.rows(); ++row) {
        others.push_back({.number = to_unsigned(found.number(row, 0)),
                          .name = std::string(found.bytes(row, 1)),
                          .note = std::string(found.bytes(row, 2))});
    }
    return others;
}

/// Snapshots are much shorter than a minute. A longer snapshot blocks the DROP of its tables, which is tried
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

bool PostgresLease::is_in_time() const {
    return steady_microseconds() - renewed_ <= std::int64_t{duration_ms} * 1000;
}

std::uint64_t PostgresLease::fence() const {
    return is_in_time() ? fence_.load() : 0;
}

std::uint64_t PostgresLease::process() const {
    return is_in_time() ? process_.load() : 0;
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
    fence_ = 0;
    const std::uint64_t process = process_.exchange(0);
    if (process == 0 || !connection_.is_open()) return;
    try {
        connection_.ask(
            "WITH ended AS (DELETE FROM process WHERE id = $1 RETURNING id) DELETE FROM lease USING ended "
            "WHERE process = ended.id",
            PostgresParameters().number(to_signed(process)));
    } catch (const std::exception&) {
        connection_.close();  // They are over in a few seconds.
    }
}

}  // namespace tailrace::storage
