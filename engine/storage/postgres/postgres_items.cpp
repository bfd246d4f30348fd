#include "engine/storage/postgres/postgres_items.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/model/stable_hash.hpp"
#include "engine/storage/postgres/postgres_layout.hpp"

namespace tailrace::storage {
namespace {

/// Two rows may have the same lock.
std::int64_t lock_of(const RowName& row) {
    const std::uint64_t hash = stable_hash(std::to_string(row.space).append("/").append(row.key));
    return static_cast<std::int64_t>(hash % postgres_item_locks);
}

[[noreturn]] void refuse_alone(const char* what) {
    throw std::logic_error(std::string("a transaction beside others cannot ") + what);
}

}  // namespace

PostgresItems::PostgresItems(PostgresSession& session, PostgresWriter& writer, std::uint64_t catalogue)
    : session_(session), writer_(writer), catalogue_(catalogue) {
    session_.begin(writing_beside(writer.number % postgres_gates, catalogue));
}

PostgresItems::~PostgresItems() {
    if (!is_over_) session_.end();
}

std::optional<StoredValue> PostgresItems::get(SpaceId space, std::string_view key) {
    const auto known = known_.find({space, std::string(key)});
    if (known != known_.end()) return known->second;
    const RowName row{space, key};
    hold({&row, 1});
    return known_.at({space, std::string(key)});
}

std::vector<std::optional<StoredValue>> PostgresItems::get_many(SpaceId space,
                                                                std::span<const std::string> keys) {
    std::vector<RowName> rows;
    rows.reserve(keys.size());
    for (const std::string& key : keys) rows.push_back({space, key});
    expect(rows);
    std::vector<std::optional<StoredValue>> values;
    values.reserve(keys.size());
    for (const std::string& key : keys) values.push_back(get(space, key));
    return values;
}

void PostgresItems::expect(std::span<const RowName> rows) {
    hold(rows);
}

void PostgresItems::hold(std::span<const RowName> rows) {
    if (failure_) throw RowHeld(*failure_);
    try {
        lock_and_read(rows);
    } catch (const OtherCatalogue&) {
        throw;
    } catch (const Conflict&) {
        writer_.wanted.insert(held_.begin(), held_.end());
        for (const RowName& row : rows) writer_.wanted.insert(lock_of(row));
        throw;
    }
}

void PostgresItems::lock_and_read(std::span<const RowName> rows) {
    std::set<std::int64_t> missing;
    if (held_.empty()) missing = writer_.wanted;
    for (const RowName& row : rows) missing.insert(lock_of(row));
    std::erase_if(missing, [this](std::int64_t lock) { return held_.contains(lock); });
    waits_ = held_.empty() || missing.empty() || *missing.begin() > *held_.rbegin();
    const std::vector<std::int64_t> locks(missing.begin(), missing.end());
    std::span<const std::int64_t> locks_left(locks);
    for (const RowName& row : rows) session_.statements_of(row.space);
    const std::string lock =
        std::string("SELECT 1 FROM item_lock WHERE id = $1 FOR UPDATE") + (waits_ ? "" : " NOWAIT");
    std::span<const RowName> rows_left = rows;
    while (!locks_left.empty() || !rows_left.empty()) {
        constexpr std::size_t most = PostgresConnection::max_together;
        const auto locks_now = locks_left.first(std::min(most, locks_left.size()));
        const auto rows_now = rows_left.first(std::min(most - locks_now.size(), rows_left.size()));
        std::vector<PostgresResult> results;
        const std::size_t rows_of_beginning = session_.has_begun() ? 0 : 1;
        try {
            results = session_.round_trip([&] {
                session_.connection.make_room(2 * PostgresConnection::max_together);
                for (const std::int64_t each : locks_now) {
                    session_.connection.send(lock, PostgresParameters().number(each));
                }
                for (const RowName& row : rows_now) {
                    const SplitKey split(row.key);
                    session_.connection.send(session_.statements_of(row.space)->get,
                                             PostgresParameters().bytes(split.head).bytes(split.tail));
                }
            });
        } catch (const RowHeld& held) {
            const std::size_t before = session_.connection.rows_before_error();
            // If the held lock is the gate's and not an item's, another transaction writes alone. That may
            // take longer than a write of items, so this counts as a conflict.
            if (before < rows_of_beginning || before - rows_of_beginning >= locks_now.size())
                throw Conflict();
            fail(held, locks_now.subspan(before - rows_of_beginning), rows);
        }
        held_.insert(locks_now.begin(), locks_now.end());
        for (std::size_t i = 0; i < rows_now.size(); ++i) {
            known_[{rows_now[i].space, std::string(rows_now[i].key)}] =
                PostgresSession::value_in(results[locks_now.size() + i]);
        }
        locks_left = locks_left.subspan(locks_now.size());
        rows_left = rows_left.subspan(rows_now.size());
    }
}

void PostgresItems::fail(RowHeld held, std::span<const std::int64_t> locks, std::span<const RowName> rows) {
    if (!waits_) throw Conflict();
    const auto is_wanted = [&](const RowName& row) { return lock_of(row) == locks.front(); };
    const auto row = std::ranges::find_if(rows, is_wanted);
    held.place = row != rows.end() ? static_cast<std::size_t>(row - rows.begin()) : 0;
    failure_ = held;
    throw RowHeld(held);
}

std::unique_ptr<Cursor> PostgresItems::range(SpaceId space, const KeyRange& range, Direction direction) {
    return session_.range(space, range, direction);
}

/// Called before a statement about one row is sent, if nobody waits for its result.
void PostgresItems::write(SpaceId space, std::string_view key) {
    version();
    known_.erase({space, std::string(key)});
    has_written_ = true;
}

void PostgresItems::put(SpaceId space, std::string_view key, std::string_view value,
                        std::uint32_t size_bytes) {
    write(space, key);
    const SplitKey split(key);
    session_.connection.send(
        session_.statements_of(space)->put,
        PostgresParameters().bytes(split.head).bytes(split.tail).number(size_bytes).bytes(value));
}

bool PostgresItems::erase(SpaceId space, std::string_view key) {
    write(space, key);
    const SplitKey split(key);
    session_.connection.send(session_.statements_of(space)->erase,
                             PostgresParameters().bytes(split.head).bytes(split.tail));
    return true;
}

bool PostgresItems::erase_first(SpaceId /*space*/, std::size_t /*rows*/) {
    refuse_alone("erase ranges");
}

void PostgresItems::add(SpaceId space, std::string_view key, std::int64_t delta) {
    write(space, key);
    const SplitKey split(key);
    session_.connection.send(session_.statements_of(space)->add,
                             PostgresParameters().bytes(split.head).bytes(split.tail).number(delta));
}

/// Sends two statements for each row and waits for nothing. The first locks the lane, and draws the number
/// once it has the lock. If the lane exists, its row is locked before the UPDATE draws the number. If the
/// lane is new, the INSERT draws the number before the row is locked. That is safe, because nobody has drawn
/// a number in this lane before.
void PostgresItems::put_in_lanes(std::span<const LaneRow> rows) {
    version();
    has_written_ = true;
    // Looks up all spaces first: a look-up may have to wait for an answer, and no lane may be locked
    // meanwhile.
    for (const LaneRow& row : rows) session_.statements_of(row.lane.space);
    for (const LaneRow& row : rows) {
        const SpaceId space = row.lane.space;
        session_.connection.send(
            "INSERT INTO lane VALUES ($1, $2, nextval('numbers')) "
            "ON CONFLICT (space, name) DO UPDATE SET last = nextval('numbers')",
            PostgresParameters().number(space).bytes(row.lane.key));
        session_.connection.send(session_.statements_of(space)->put_in_lane, PostgresParameters()
                                                                                 .number(space)
                                                                                 .bytes(row.lane.key)
                                                                                 .bytes(row.key_end)
                                                                                 .number(row.size_bytes)
                                                                                 .bytes(row.value));
    }
}

/// If the answer to a commit is lost, nobody knows whether the commit was made. So a whole transaction is
/// sent in one go only on a connection that has answered lately. Any other transaction finds out with its
/// first statement, before there is a commit, that its connection was lost.
bool PostgresItems::replace_at_once(const OnlyRow& row, std::optional<StoredValue>& old) {
    const bool can_do_so = !session_.has_begun() && writer_.wanted.empty() &&
                           session_.connection.has_answered_lately() && session_.spaces.knows(row.name.space);
    if (!can_do_so) return false;
    session_.begin_by_caller();
    try {
        send_at_once(row);
        const std::vector<PostgresResult> results = session_.connection.wait_for_rows();
        is_over_ = true;
        old = PostgresSession::value_in(results.back());
        return true;
    } catch (const RowHeld& held) {
        // If the held lock is the gate's, another transaction writes alone. That may take longer than a write
        // of items, so this counts as a conflict.
        if (session_.connection.rows_before_error() == 0) throw Conflict();
        failure_ = held;
        throw;
    } catch (const ConnectionLost& lost) {
        throw ConnectionLost("it is not known whether the write was committed: " + std::string(lost.what()));
    }
}

/// If the catalogue has changed, the second statement fails on purpose, with a division by zero.
void PostgresItems::send_at_once(const OnlyRow& row) {
    const SplitKey split(row.name.key);
    const auto statements = session_.statements_of(row.name.space);
    const auto of_row = [&] { return PostgresParameters().bytes(split.head).bytes(split.tail); };
    PostgresConnection& connection = session_.connection;
    connection.make_room(2 * PostgresConnection::max_together);
    connection.send(begin_writing);
    connection.send(
        "SELECT 1 / (CASE WHEN catalogue = $1 THEN 1 ELSE 0 END) FROM gate WHERE id = $2 FOR SHARE",
        PostgresParameters()
            .number(static_cast<std::int64_t>(catalogue_))
            .number(static_cast<std::int64_t>(writer_.number % postgres_gates)));
    connection.send("SELECT 1 FROM item_lock WHERE id = $1 FOR UPDATE",
                    PostgresParameters().number(lock_of(row.name)));
    connection.send(statements->get, of_row());
    connection.send(statements->add_size_difference, of_row().bytes(row.sizes).number(row.size_bytes));
    connection.send(statements->add_one_if_new, of_row().bytes(row.rows));
    connection.send(statements->put, of_row().number(row.size_bytes).bytes(row.value));
    connection.send("COMMIT");
}

std::vector<SpaceId> PostgresItems::spaces() {
    refuse_alone("list spaces");
}

void PostgresItems::create_space(SpaceId /*space*/) {
    refuse_alone("create a space");
}

void PostgresItems::drop_space(SpaceId /*space*/) {
    refuse_alone("drop a space");
}

void PostgresItems::commit() {
    if (is_over_) return;
    if (failure_) throw RowHeld(*failure_);
    version();
    if (!has_written_) return;
    session_.connection.send("COMMIT");
    try {
        session_.connection.wait();
    } catch (const ConnectionLost& lost) {
        throw ConnectionLost("it is not known whether the write was committed: " + std::string(lost.what()));
    }
    is_over_ = true;
}

}  // namespace tailrace::storage
