#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/model/hold_budget.hpp"
#include "engine/model/read_lags.hpp"
#include "engine/storage/change_log.hpp"
#include "engine/storage/row_history.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/catalogue.hpp"
#include "engine/table/database_lock.hpp"
#include "engine/table/item_gate.hpp"
#include "engine/table/item_holds.hpp"

namespace tailrace::table {

/// What reads that lag behind need.
struct Past {
    ReadLags lags = {};
    storage::RowHistory history = storage::RowHistory();

    /// How far reads of the table lag behind; of its index if `index` is not null.
    std::chrono::milliseconds lag_of(const TableDefinition& table, const IndexDefinition* index) const {
        const ReadLag& lag = lags.of(table.name);
        return index != nullptr && index->global ? lag.indexes : lag.reads;
    }
};

/// How far reads lag behind, and how much is kept in memory for them.
struct ReadLagReport {
    ReadLags lags = {};
    storage::RowHistory::Size kept = {};
};

/// What a database keeps in memory besides its store. Sessions read it under the database's lock; commits
/// update it.
struct DatabaseState {
    std::shared_ptr<const Catalogue> catalogue = std::make_shared<Catalogue>();
    /// The tables of the catalogue whose transitions are not settled.
    std::vector<std::shared_ptr<const TableDefinition>> unsettled = {};
    /// By the tables' spaces.
    std::unordered_map<storage::SpaceId, Counts> counts = {};
    /// The newest sequence number.
    std::uint64_t sequence = 0;
    ItemHolds holds = {};
    /// Asked in this order, `holds` last. Null while there is no gate to ask.
    std::unique_ptr<std::vector<ItemGate*>> gates = {};
    /// Null while no read lags behind.
    std::unique_ptr<Past> past = {};

    void adopt(std::shared_ptr<const Catalogue> next);
    /// Returns the gates. From the first call on, `holds` is one of them.
    std::vector<ItemGate*>& asked_gates();
};

/// A read under the database's lock: what it sees does not change until it ends.
class ReadSession {
  public:
    /// The requester outlives the session.
    ReadSession(storage::Store& store, const DatabaseState& state, Timestamp now, const Requester& requester);

    /// The tables and streams; in a WriteSession with its own changes.
    const Catalogue& catalogue() const { return *catalogue_; }

    /// Returns null if there is no such table. `name` is a table's name or its ARN.
    const TableDefinition* find_table(std::string_view name) const;
    /// Throws ApiError::resource_not_found in the words of operations on items.
    const TableDefinition& table(std::string_view name) const;
    /// Throws ApiError::resource_not_found in the words of operations on tables, which name the table.
    const TableDefinition& described_table(std::string_view name) const;

    /// The same for operations that change the table. Throws exceptions::resource_in_use while it is in
    /// transition.
    const TableDefinition& settled_table(std::string_view name) const;

    /// The number and the size of the rows in the table and its indexes, as of the last commit.
    const Counts& counts(const TableDefinition& table) const;

    /// Throws ItemRefused if a gate does not admit the access to the item.
    void admit(const TableDefinition& table, std::string_view row_key, AccessKind kind) const {
        if (has_gates_) ask_gates({.table = table, .row_key = row_key, .kind = kind});
    }
    /// The same for a page of items of a table or of its index; `index` is null for the table itself. `rows`
    /// are those that the page may reach.
    void admit_page(const TableDefinition& table, const IndexDefinition* index,
                    const storage::KeyRange& rows) const {
        if (!has_gates_) return;
        ask_gates({.table = table, .index = index, .rows = &rows, .kind = AccessKind::read});
    }

    /// True if the request has a gate of its own, which has to know what accesses cost.
    bool is_metered() const { return requester_.gate != nullptr; }
    /// Notifies the request's own gate of what an access has cost. Called only if is_metered().
    void consume(ItemAccess access, double units) const;

    /// The newest sequence number; in a WriteSession with the numbers that it has drawn.
    std::uint64_t sequence() const { return sequence_; }

    /// The text that save_state() stored under the name; nullopt if there is none.
    std::optional<std::string> load_state(std::string_view name);
    /// Calls `take` for every state whose name begins with `prefix`, in the order of the names.
    void visit_states(std::string_view prefix,
                      const std::function<void(std::string_view name, std::string_view text)>& take);

    /// A discarded space that still has rows; nullopt if there is none.
    std::optional<storage::SpaceId> discarded_space();

    /// The changes of a stream.
    storage::ChangeLog change_log(const StreamDefinition& stream) { return {*transaction_, stream.space}; }

    /// Only for this layer.
    storage::Transaction& transaction() { return *transaction_; }
    /// Null while no read lags behind.
    Past* past() const { return state_.past.get(); }
    Timestamp now() const { return now_; }

  protected:
    const Catalogue* catalogue_;
    std::uint64_t sequence_;

  private:
    void ask_gates(ItemAccess access) const;

    const DatabaseState& state_;
    std::unique_ptr<storage::Transaction> transaction_;
    Timestamp now_;
    const Requester& requester_;
    const bool has_gates_;
};

/// A write under the database's lock, in one storage transaction: commit() writes rows, counts, change
/// records and definitions together, or nothing.
class WriteSession : public ReadSession, private storage::MirroredRows {
  public:
    WriteSession(storage::Store& store, DatabaseState& state, Timestamp now, const Requester& requester);

    /// Adds to the counts of a table (`place` 0) or of its index number `place` - 1.
    void count(const TableDefinition& table, std::size_t place, Count difference);
    /// Logs a change with the current time and the next sequence number, which `make_record` puts into the
    /// record.
    void log_change(storage::SpaceId stream, storage::LoggedChange change,
                    const std::function<std::string(std::uint64_t sequence)>& make_record);
    /// Draws the next sequence number, so that no change gets it.
    std::uint64_t draw_sequence() { return ++sequence_; }
    /// Holds the item for the transaction of this session, for this long after the commit.
    void hold_item(const TableDefinition& table, std::string_view row_key,
                   std::chrono::milliseconds duration);
    /// Creates a space with a number that no other space has ever had.
    storage::SpaceId create_space();
    /// Copies a space with its rows and returns the copy's number. The copy belongs to no table and no stream
    /// but to a layer above, which saves the number in a state and discards the space when it has no more use
    /// for it. The time grows with the number of rows.
    storage::SpaceId keep_copy(storage::SpaceId space);
    /// Discards a space with `rows` that nobody reads any more. A small space is dropped immediately, a
    /// larger one after clear_discarded_spaces() has erased its rows.
    void discard_space(storage::SpaceId space, const Count& rows);
    /// Drops a discarded space that has few rows left.
    void drop_discarded_space(storage::SpaceId space);
    /// Replaces the table of that name with a definition that has the same space, indexes and counts, or adds
    /// a new table whose counts are zero.
    void save_table(TableDefinition definition);
    /// The same with other counts, which must fit the definition.
    void save_table(TableDefinition definition, Counts counts);
    void remove_table(const std::string& name);
    /// Removes the deleted tables that are no longer shown.
    void remove_gone_tables();
    /// Adds a stream, or replaces the one with its ARN.
    void save_stream(const StreamDefinition& stream);
    void save_shards(const std::string& stream_arn, StreamShards shards);
    /// Removes a stream with its changes and its shards.
    void remove_stream(const std::string& stream_arn);

    /// A row of the catalogue: durable state of the layers above, under names that they choose.
    void save_state(std::string_view name, std::string_view text);
    void erase_state(std::string_view name);

    /// Throws StorageError and Conflict; then nothing of the session is kept.
    void commit();
    /// True if commit() wrote change records, or changed a table or a stream.
    bool observable() const { return edited_ != nullptr || has_logged_; }

  private:
    struct CountChange {
        storage::SpaceId table;
        std::size_t place;
        Count difference;
    };
    struct Hold {
        storage::SpaceId table;
        std::string row_key;
        std::chrono::milliseconds duration;
    };

    /// The session's own copy of the catalogue.
    Catalogue& edit();
    void set_counts(storage::SpaceId table, Counts counts);
    Counts counts_after(storage::SpaceId table) const;
    /// Writes the counts and the newest sequence number.
    void write(storage::Transaction& transaction) const override;

    DatabaseState& state_;
    std::shared_ptr<Catalogue> edited_;
    std::vector<CountChange> count_changes_;
    /// The counts of tables that are new or were saved with other counts, before `count_changes_` are added.
    /// Empty for removed tables.
    std::map<storage::SpaceId, Counts> new_counts_;
    std::vector<Hold> holds_;
    bool has_logged_ = false;
};

/// All tables and streams of one namespace in one store, behind one lock. Thread-safe through read() and
/// write().
class Database {
  public:
    /// Loads the catalogue. Throws StorageError; if the catalogue is damaged, the message names the row that
    /// cannot be read.
    Database(std::unique_ptr<storage::Store> store, const Clock& clock);

    /// Calls `work` with a ReadSession under the lock and returns what it returns.
    template <typename Work>
    auto read(Work&& work, const Requester& requester = {}) {
        mutex_.lock();
        return read_locked(std::forward<Work>(work), requester);
    }

    /// Calls `work` with a WriteSession under the lock, commits, and returns its result. If `work` throws,
    /// none of its changes remain. `work` is called again if another process has changed what it read, so it
    /// must have no effects outside its session and its result. Calls the observer after the lock is
    /// released, if the commit is observable.
    template <typename Work>
    auto write(const Work& work, const Requester& requester = {}) {
        mutex_.lock();
        if constexpr (std::is_void_v<std::invoke_result_t<const Work&, WriteSession&>>) {
            const auto returning = [&](WriteSession& session) {
                work(session);
                return true;
            };
            write_locked(returning, requester);
        } else {
            return write_locked(work, requester);
        }
    }

    /// Reads one slice of work that is done in many short slices. Threads that wait for the lock go first.
    template <typename Work>
    auto read_slice(Work&& work) {
        mutex_.lock_after_others();
        return read_locked(std::forward<Work>(work), {});
    }
    /// `work` is called with a WriteSession and the limits of the slice. `budget` derives them from the
    /// slices before it.
    template <typename Work>
    auto write_slice(HoldBudget& budget, const Work& work) {
        lock_for_slice(budget);
        const auto begin = steady_time();
        auto result = write_locked([&](WriteSession& session) { return work(session, budget.next()); }, {});
        budget.took(std::chrono::ceil<std::chrono::microseconds>(steady_time() - begin));
        return result;
    }

    /// Returns a new store in memory with everything that is committed. A database that is opened with it is
    /// equal to this one, except that it holds no items for transactions. Throws StorageError.
    std::unique_ptr<storage::Store> fork();
    /// Frees the memory that the next read or write can make again.
    void rest();
    /// Uses this store from now on, as if the database had been opened with it. Gates and the observer stay.
    /// Nothing that was read before is valid afterwards. If it throws StorageError, nothing has changed.
    void replace(std::unique_ptr<storage::Store> store);
    /// The same, but copies the rows into the store that the database has, in one transaction. The time grows
    /// with the number of rows.
    void replace_rows(storage::Store& source);

    /// Adds a gate, which is asked before an item is touched. Gates are asked in the order in which they were
    /// added, and the holds of transactions are asked last. The gate must outlive the database.
    void add_gate(ItemGate& gate);

    /// Lets reads lag behind from now on. These lags replace the earlier ones. What has been written so far
    /// is seen immediately. The lags are kept in memory only.
    void set_read_lags(ReadLags lags);
    ReadLagReport read_lags();
    /// Lets every read see what has been written so far; only in one table, if it is named. The lags stay.
    void show_newest(std::string_view table_name = {});

    /// `observer` is called after observable commits, with no lock held. It may be replaced by an empty
    /// function.
    void set_observer(std::function<void()> observer);

  private:
    /// The maximum number of times that work is run if other processes write first every time.
    static constexpr int max_attempts = 16;

    /// Locks after the waiting threads have had their turn. If earlier slices have left pages in the store's
    /// log, first moves them to the file, with a hold of the lock just for that. Otherwise a commit would
    /// have to move them in addition to its own slice.
    void lock_for_slice(HoldBudget& budget);

    /// The caller has taken the lock; these release it.
    template <typename Work>
    auto read_locked(Work&& work, const Requester& requester) {
        const std::lock_guard lock(mutex_, std::adopt_lock);
        if (!state_.unsettled.empty()) settle_transitions();
        ReadSession session(*store_, state_, clock_.now(), requester);
        return std::forward<Work>(work)(session);
    }
    template <typename Work>
    auto write_locked(const Work& work, const Requester& requester) {
        bool observable = false;
        auto result = [&] {
            const std::lock_guard lock(mutex_, std::adopt_lock);
            if (!state_.unsettled.empty()) settle_transitions();
            return commit(work, observable, requester);
        }();
        if (observable) notify();
        return result;
    }

    /// Runs `work` until its session is committed.
    template <typename Work>
    auto commit(const Work& work, bool& observable, const Requester& requester) {
        for (int turn = 1;; ++turn) {
            try {
                WriteSession session(*store_, state_, clock_.now(), requester);
                auto result = work(session);
                session.commit();
                observable = session.observable();
                return result;
            } catch (const storage::Conflict& conflict) {
                if (turn == max_attempts) give_up(conflict);
            }
        }
    }
    [[noreturn]] static void give_up(const storage::Conflict& conflict);

    /// What a database with this store keeps in memory.
    static DatabaseState load(storage::Store& store);
    /// Keeps the gates.
    void adopt(DatabaseState loaded);
    void notify();
    /// Settles the transitions that are over by now, also in the file. If the file cannot be written, they
    /// stay settled as long as the database is open.
    void settle_transitions();

    std::unique_ptr<storage::Store> store_;
    const Clock& clock_;
    DatabaseLock mutex_;
    DatabaseState state_;
    std::mutex observer_mutex_;
    std::function<void()> observer_;
};

}  // namespace tailrace::table
