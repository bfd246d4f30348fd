#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/model/hold_budget.hpp"
#include "engine/storage/change_log.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/database_lock.hpp"
#include "engine/table/item_holds.hpp"
#include "engine/table/stream_shards.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::table {

class Database;

/// A table as the database has it in memory. A change of its definition makes a new Table; its counts move
/// with every commit.
struct Table {
    TableDefinition definition;
    Counts counts;
};

/// A read inside the database's lock: what it sees stands still until it ends.
class ReadSession {
  public:
    explicit ReadSession(Database& database);

    /// Null when there is no such table. `name` is a table's name or its ARN.
    const Table* find_table(std::string_view name) const;
    /// Throws ApiError::resource_not_found as operations on items do.
    const Table& table(std::string_view name) const;
    /// Throws ApiError::resource_not_found as operations on tables do, which name the table.
    const Table& described_table(std::string_view name) const;

    /// The same for operations that change the table: throws ApiError::resource_in_use while it is in
    /// transition.
    const Table& settled_table(std::string_view name) const;

    /// Whether a transaction that is still going on has the item.
    bool in_transaction(const Table& table, std::string_view row_key) const;

    /// What save_state() kept under the name; nothing when there is nothing.
    std::optional<std::string> load_state(std::string_view name);

    /// A space that was discarded and still has rows; nothing when there is none.
    std::optional<storage::SpaceId> discarded_space();

    /// The changes of a stream.
    storage::ChangeLog change_log(const StreamDefinition& stream) { return {*transaction_, stream.space}; }

    /// For this layer alone.
    storage::Transaction& transaction() { return *transaction_; }
    Database& database() { return database_; }
    const Database& database() const { return database_; }
    Timestamp now() const { return now_; }

  private:
    Database& database_;
    std::unique_ptr<storage::Transaction> transaction_;
    Timestamp now_;
};

/// A write inside the database's lock and one storage transaction: rows, counts, change records and
/// definitions come into being together in commit(), or not at all.
class WriteSession : public ReadSession, private storage::MirroredRows {
  public:
    explicit WriteSession(Database& database) : ReadSession(database) {}

    /// Adds to the counts of a table (`place` 0) or its index number `place` - 1.
    void count(const Table& table, std::size_t place, Count difference);
    /// Logs a change, now, under the next sequence number, which `make_record` puts into the record.
    void log_change(storage::SpaceId stream, storage::LoggedChange change,
                    const std::function<std::string(std::uint64_t sequence)>& make_record);
    /// The newest sequence number, with those that this session has given.
    std::uint64_t sequence() const;
    /// The next sequence number, which no change will have.
    std::uint64_t draw_sequence();
    /// Lets the transaction that this session carries out keep the item for so long after the commit.
    void hold_item(const Table& table, std::string_view row_key, std::chrono::milliseconds duration);
    /// Makes a space under a number that no other space ever had.
    storage::SpaceId create_space();
    /// Gives up a space of `rows`, which nobody reads any more. A small one goes at once, another when
    /// clear_discarded_spaces() has erased its rows.
    void discard_space(storage::SpaceId space, const Count& rows);
    /// Drops a discarded space of which few rows are left.
    void drop_discarded_space(storage::SpaceId space);
    /// Adds the table or replaces the one with its name. `counts` fit the definition.
    void save_table(TableDefinition definition, Counts counts);
    void remove_table(const std::string& name);
    /// Removes the tables that were deleted and are no longer shown.
    void remove_gone_tables();
    /// Adds a stream or replaces the one with its ARN.
    void save_stream(const StreamDefinition& stream);
    void save_shards(const std::string& stream_arn, StreamShards shards);
    /// Removes a stream with its changes and its shards.
    void remove_stream(const StreamDefinition& stream);

    /// A row of the catalogue: durable state of the layers above, under names of their own.
    void save_state(std::string_view name, std::string_view value);
    void erase_state(std::string_view name);

    void commit();
    /// Whether commit() wrote change records, or changed a table or a stream.
    bool observable() const { return observable_; }

  private:
    Counts& pending_counts(const Table& table);
    void drop_pending_counts(const Table& table);
    /// Counts and the newest sequence number.
    void write(storage::Transaction& transaction) const override;

    std::vector<std::pair<const Table*, Counts>> counts_;
    std::vector<std::function<void()>> after_commit_;
    std::uint64_t sequence_ = 0;
    bool observable_ = false;
};

/// All tables and streams of one namespace over one store, behind one lock. Thread-safe through read() and
/// write().
///
///     catalogue row := "table/" name   -> definition JSON
///                    | "counts/" space -> [[items, bytes], …] of the table whose base space it is
///                    | "stream/" arn   -> stream JSON
///                    | "shards/" arn   -> JSON of the stream's shards
///                    | "state/" name   -> what a layer above keeps
///                    | "discarded/" space -> ""   a space whose rows are being removed
///                    | "token…"        -> see RequestTokens
///                    | "sequence"      -> the newest sequence number
///                    | "space"         -> the newest space
class Database {
  public:
    /// Loads the catalogue. Throws StorageError, with the row that cannot be read where it is damaged.
    Database(std::unique_ptr<storage::Store> store, const Clock& clock);

    /// Calls `work` with a ReadSession under the lock and returns what it returns.
    template <typename Work>
    auto read(Work&& work) {
        mutex_.lock();
        return read_locked(std::forward<Work>(work));
    }

    /// Calls `work` with a WriteSession under the lock, commits, and returns what it returned. When `work`
    /// throws, nothing of it remains. Wakes the observer after the lock is released.
    template <typename Work>
    auto write(Work&& work) {
        mutex_.lock();
        return write_locked(std::forward<Work>(work));
    }

    /// The same for one slice of work that takes many, each short: whoever waits for the lock goes first.
    template <typename Work>
    auto read_slice(Work&& work) {
        mutex_.lock_after_others();
        return read_locked(std::forward<Work>(work));
    }
    /// `work` is called with a WriteSession and the limits of the slice, which `budget` has made of the
    /// slices before it.
    template <typename Work>
    auto write_slice(HoldBudget& budget, Work&& work) {
        lock_for_slice(budget);
        const auto begin = steady_time();
        auto result = write_locked([&](WriteSession& session) { return work(session, budget.next()); });
        budget.took(std::chrono::ceil<std::chrono::microseconds>(steady_time() - begin));
        return result;
    }

    /// `observer` is called after observable commits, with no lock held; it may be replaced by nothing.
    void set_observer(std::function<void()> observer);

    /// Only inside read() or write().
    const std::map<std::string, std::shared_ptr<Table>, std::less<>>& tables() const { return tables_; }
    const std::map<std::string, StreamDefinition, std::less<>>& streams() const { return streams_; }
    /// The shards of a stream; none when there is no such stream.
    const StreamShards& shards(std::string_view stream_arn) const;
    std::uint64_t sequence() const { return sequence_; }

  private:
    friend class ReadSession;
    friend class WriteSession;

    /// Locks when whoever waits has had their turn. What earlier slices left in the store's log is moved in a
    /// hold of its own before, so that no commit does it on top of its slice.
    void lock_for_slice(HoldBudget& budget);

    /// These take over the lock from their caller.
    template <typename Work>
    auto read_locked(Work&& work) {
        const std::lock_guard lock(mutex_, std::adopt_lock);
        if (!in_transition_.empty()) settle_transitions();
        ReadSession session(*this);
        return std::forward<Work>(work)(session);
    }
    template <typename Work>
    auto write_locked(Work&& work) {
        bool observable = false;
        auto result = [&] {
            const std::lock_guard lock(mutex_, std::adopt_lock);
            if (!in_transition_.empty()) settle_transitions();
            WriteSession session(*this);
            auto worked = std::forward<Work>(work)(session);
            session.commit();
            observable = session.observable();
            return worked;
        }();
        if (observable) notify();
        return result;
    }

    void load();
    void load_shards(storage::Transaction& transaction);
    void notify();
    /// Notes a table whose transition is not over yet.
    void watch(const TableDefinition& definition);
    /// Settles the transitions that are over by now, in the file too. What the file does not take stays
    /// settled for as long as the database is open.
    void settle_transitions();

    std::unique_ptr<storage::Store> store_;
    const Clock& clock_;
    DatabaseLock mutex_;
    std::map<std::string, std::shared_ptr<Table>, std::less<>> tables_;
    std::map<std::string, StreamDefinition, std::less<>> streams_;
    std::map<std::string, StreamShards, std::less<>> shards_;
    /// The names of tables whose transitions may be under way; mostly there are none.
    std::vector<std::string> in_transition_;
    ItemHolds holds_;
    std::uint64_t sequence_ = 0;
    std::mutex observer_mutex_;
    std::function<void()> observer_;
};

/// The name in a table's ARN, or `name_or_arn` itself.
std::string_view table_name_of(std::string_view name_or_arn);

}  // namespace tailrace::table
