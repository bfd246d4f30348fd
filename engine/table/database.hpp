#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/model/hold_budget.hpp"
#include "engine/model/read_lags.hpp"
#include "engine/storage/lease.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/database_lock.hpp"
#include "engine/table/database_state.hpp"
#include "engine/table/item_gate.hpp"
#include "engine/table/readers.hpp"
#include "engine/table/session.hpp"
#include "engine/table/shared_commit.hpp"

namespace tailrace::table {

/// All tables and streams of one namespace in one store, behind one lock. Thread-safe through read() and
/// write().
class Database {
  public:
    /// Loads the catalogue. Throws StorageError; if the catalogue is damaged, the message names the row that
    /// cannot be read.
    Database(std::unique_ptr<storage::Store> store, const Clock& clock);
    /// Commits what requests share.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Calls `work` with a ReadSession under the lock and returns what it returns. If the store
    /// writes_beside(), the work runs in a snapshot and without the lock, and may be called again, as in
    /// write().
    template <typename Work>
    auto read(Work&& work, const Requester& requester = {}) {
        if (writes_beside_) [[unlikely]]
            return read_beside(work, requester, &storage::Reader::begin_at);
        mutex_.lock();
        return read_locked(work, requester);
    }

    /// Calls `work` with a WriteSession under the lock, commits, and returns its result. If `work` throws,
    /// none of its changes remain. `work` is called again if another process has changed what it read, so it
    /// must have no effects outside its session and its result. Calls the observer after the lock is
    /// released, if the commit is observable.
    ///
    /// If the store writes_beside(), work with Requester::writes_rows_by_key and without a gate of its own
    /// runs without the lock, beside other such work.
    template <typename Work>
    auto write(const Work& work, const Requester& requester = {}) {
        if constexpr (std::is_void_v<std::invoke_result_t<const Work&, WriteSession&>>) {
            const auto returning = [&](WriteSession& session) {
                work(session);
                return true;
            };
            write(returning, requester);
        } else {
            if (writes_beside_ && requester.writes_rows_by_key && requester.gate == nullptr) {
                if (auto written = write_beside(work, requester)) return *std::move(written);
            }
            mutex_.lock();
            return write_locked(work, requester);
        }
    }

    /// read() for work that needs nothing but definitions and the rows of items. If the database has readers
    /// and the requester has no gate, the work runs in a snapshot and without the lock, beside others and
    /// beside a write. It still sees everything that was committed before the call. `work` may be called
    /// again, as in write().
    template <typename Work>
    auto read_rows(const Work& work, const Requester& requester = {}) {
        return read_beside(work, requester, &storage::Reader::begin_at);
    }
    /// The same for work that reads one row. That is so short that a snapshot may cost more, so the work runs
    /// under the lock if the lock is free.
    template <typename Work>
    auto read_row(const Work& work, const Requester& requester = {}) {
        if (writes_beside_) return read_beside(work, requester, &storage::Reader::begin_row);
        if (!mutex_.try_lock()) return read_rows(work, requester);
        return read_locked(work, requester);
    }
    /// read() for work that needs nothing but definitions and changes. If requests share a commit at the
    /// moment, this function does not carry out the commit: session.sequence() and session.now() then have
    /// the values from before the first of these requests. So every change up to that number is committed,
    /// and every later change was made at that time or after it.
    template <typename Work>
    auto read_changes(Work&& work) {
        if (writes_beside_) [[unlikely]]
            return read(work);
        mutex_.lock();
        if (!shares_only_rows()) return read_locked(work, {});
        const Hold hold(*this, std::adopt_lock);
        const Requester requester;
        EarlierSession session({.transaction = shared_->transaction_.get()}, state_, shared_->began_,
                               requester);
        return work(session);
    }
    /// From now on, if the store can do it, read_rows() and read_row() read in snapshots, and write() writes
    /// beside others. Called before any other thread uses the database.
    void use_readers();

    /// Reads one slice of work that is done in many short slices. Threads that wait for the lock go first.
    template <typename Work>
    auto read_slice(Work&& work) {
        if (writes_beside_) return read(work);
        mutex_.lock_after_others();
        return read_locked(work, {});
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
    /// Frees what the next read or write can rebuild.
    void rest();
    /// Uses this store from now on, as if the database had been opened with it. Gates and the observer stay.
    /// Nothing that was read before is valid afterwards. If it throws StorageError, nothing has changed.
    void replace(std::unique_ptr<storage::Store> store);
    /// The same, but copies the rows into the store that the database has, in one transaction. The time grows
    /// with the number of rows.
    void replace_rows(storage::Store& source);

    /// Returns the lease if the store has several processes, else null.
    storage::Lease* lease() const { return state_.lease; }

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
    /// log, first takes the lock only to move these pages to the file, and releases it. Otherwise a commit
    /// would have to move them in addition to its own slice.
    void lock_for_slice(HoldBudget& budget);

    /// Holds the lock. At its end it publishes what may be read without the lock, releases the lock, and then
    /// notifies the observer if a commit was observable.
    class Hold {
      public:
        explicit Hold(Database& database) : database_(database) { database.mutex_.lock(); }
        /// The caller has taken the lock.
        Hold(Database& database, std::adopt_lock_t /*taken*/) : database_(database) {}
        ~Hold() {
            if (database_.state_.published != nullptr) database_.publish();
            if (database_.has_caught_up_) [[unlikely]] {
                database_.has_caught_up_ = false;
                is_observable_ = true;
            }
            database_.mutex_.unlock();
            if (is_observable_) database_.notify();
        }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        void add(bool observable) { is_observable_ = is_observable_ || observable; }

      private:
        Database& database_;
        bool is_observable_ = false;
    };

    /// The caller has taken the lock; these release it.
    template <typename Work>
    auto read_locked(Work& work, const Requester& requester) {
        Hold hold(*this, std::adopt_lock);
        if (has_shared_state()) [[unlikely]]
            hold.add(join_or_finish(requester));
        if (!state_.unsettled.empty()) settle_transitions();
        ReadSession session(
            shared_ ? SessionRows{.transaction = shared_->transaction_.get()} : SessionRows{begin_reading()},
            state_, clock_.now(), requester);
        return work(session);
    }
    template <typename Work>
    auto write_locked(const Work& work, const Requester& requester) {
        Hold hold(*this, std::adopt_lock);
        const bool shares = requester.commit != nullptr && store_->shares_commits();
        if (shares && shared_ == nullptr) open_shared_commit();
        const std::shared_ptr<SharedCommit> shared = has_shared_state() ? join(requester) : nullptr;
        if (!state_.unsettled.empty()) settle_transitions();
        bool observable = false;
        auto result = commit(work, observable, requester);
        hold.add(observable);
        if (shared != nullptr) hold.add(end_part(*shared, requester));
        return result;
    }

    friend class StateRow;
    /// write() for a thread that answers no requests itself. If requests share a commit at the moment, the
    /// work is a part of it, and this returns when they have made it.
    template <typename Work>
    auto write_with_others(const Work& work) {
        if (writes_beside_) return write(work, {.writes_rows_by_key = true});
        mutex_.lock();
        std::shared_ptr<SharedCommit> commit;
        auto result = write_locked(work, {.commit = shared_ != nullptr ? &commit : nullptr});
        if (commit != nullptr) commit->wait();
        return result;
    }

    /// Runs `work` until its session is committed, or as a part of the commit that requests share.
    template <typename Work>
    auto commit(const Work& work, bool& observable, const Requester& requester) {
        if (shared_ != nullptr) return share(work, requester);
        for (int turn = 1;; ++turn) {
            try {
                WriteSession session({begin_writing()}, state_, clock_.now(), requester);
                auto result = work(session);
                observable = session.commit();
                if (state_.lease != nullptr) [[unlikely]]
                    state_.version = session.rows().version();
                return result;
            } catch (const storage::Conflict& conflict) {
                if (turn == max_attempts) give_up(conflict);
            }
        }
    }
    /// How a reader begins a snapshot.
    using Begin = std::unique_ptr<storage::ReadTransaction> (storage::Reader::*)(std::uint64_t);
    template <typename Work>
    auto read_beside(Work& work, const Requester& requester, Begin begin) {
        if constexpr (std::is_void_v<std::invoke_result_t<Work&, ReadSession&>>) {
            const auto returning = [&](ReadSession& session) {
                work(session);
                return true;
            };
            read_beside(returning, requester, begin);
        } else {
            if (state_.published != nullptr && requester.gate == nullptr) {
                if (const auto snapshot = open_snapshot(begin)) {
                    const auto run = [&] {
                        const DatabaseState state{.catalogue = snapshot->catalogue(),
                                                  .sequence = unknown_sequence,
                                                  .lease = state_.lease};
                        ReadSession session({.transaction = nullptr, .rows = snapshot->rows()}, state,
                                            clock_.now(), requester);
                        return work(session);
                    };
                    if (!writes_beside_) return run();
                    if (auto result = current_result(snapshot->rows(), run)) return *std::move(result);
                }
            }
            mutex_.lock();
            return read_locked(work, requester);
        }
    }
    /// Returns nullopt if another process has changed the catalogue that `run` has seen.
    template <typename Run>
    static std::optional<std::invoke_result_t<const Run&>> current_result(storage::ReadTransaction& rows,
                                                                          const Run& run) {
        try {
            try {
                auto result = run();
                rows.version();
                return result;
            } catch (const storage::StorageError&) {
                throw;
            } catch (const std::exception&) {
                // The error may come from an outdated catalogue, as in run_beside().
                rows.version();
                throw;
            }
        } catch (const storage::OtherCatalogue&) {
            return std::nullopt;
        }
    }

    /// Returns nullopt if the work has to be done under the lock.
    template <typename Work>
    auto write_beside(const Work& work, const Requester& requester)
        -> std::optional<std::invoke_result_t<const Work&, WriteSession&>> {
        std::optional<BesidePlace> place = open_place();
        for (int turn = 1; place && turn <= max_attempts; ++turn) {
            bool observable = false;
            try {
                auto result = run_beside(work, requester, {*place, turn > 1, observable});
                place.reset();
                if (observable) notify();
                return result;
            } catch (const storage::OtherCatalogue&) {
                place.reset();
                catch_up();
                place = open_place();
            } catch (const storage::Conflict&) {
                continue;
            } catch (const NeedsLock&) {
                break;
            } catch (const storage::RowHeld&) {
                // The work does not handle RowHeld, so it runs again alone.
                break;
            }
        }
        return std::nullopt;
    }
    struct Attempt {
        BesidePlace& place;
        bool again;
        bool& observable;
    };
    template <typename Work>
    auto run_beside(const Work& work, const Requester& requester, const Attempt& attempt) {
        DatabaseState state{.catalogue = attempt.place.catalogue(), .lease = state_.lease};
        WriteSession session({.own = attempt.place.begin(attempt.again)}, state, clock_.now(), requester);
        const auto run = [&] {
            try {
                return work(session);
            } catch (const ApiError&) {
                // The error may come from an outdated catalogue; version() then throws OtherCatalogue
                // instead.
                session.rows().version();
                throw;
            }
        };
        auto result = run();
        attempt.observable = session.commit();
        return result;
    }
    std::optional<BesidePlace> open_place();
    /// Reads what other processes have committed.
    void catch_up();

    std::unique_ptr<storage::Transaction> begin_reading() {
        return state_.lease == nullptr ? store_->begin() : caught_up(store_->begin_reading());
    }
    std::unique_ptr<storage::Transaction> begin_writing() {
        return state_.lease == nullptr ? store_->begin() : caught_up(store_->begin());
    }
    /// Reads again what is kept in memory if other processes have committed since. Afterwards the memory has
    /// the state that the transaction sees.
    std::unique_ptr<storage::Transaction> caught_up(std::unique_ptr<storage::Transaction> transaction);
    /// Returns null if the work has to be done under the lock.
    std::unique_ptr<Snapshot> open_snapshot(Begin begin);
    std::unique_ptr<storage::Reader> take_reader(const Published::View& view);
    /// Publishes the catalogue if it is committed and reads need no more than that.
    void publish();
    [[noreturn]] static void give_up(const storage::Conflict& conflict);

    template <typename Work>
    auto share(const Work& work, const Requester& requester) {
        storage::Transaction& transaction = *shared_->transaction_;
        transaction.begin_part();
        try {
            WriteSession session({.transaction = &transaction}, state_, clock_.now(), requester);
            auto result = work(session);
            session.leave_to(shared_->rows_);
            return result;
        } catch (...) {
            if (!transaction.undo_part()) fail_shared_commit(std::current_exception());
            throw;
        }
    }
    /// True if requests share a commit, or if the memory is not what the store has. Usually false.
    bool has_shared_state() const { return shared_ != nullptr || is_stale_; }
    /// True if requests share a commit at the moment that changes no definitions.
    bool shares_only_rows() const {
        return shared_ != nullptr && !shared_->rows_.changes_catalogue && state_.unsettled.empty();
    }
    void open_shared_commit();
    /// Returns the commit that is shared now. If the requester can wait for it, it will.
    std::shared_ptr<SharedCommit> join(const Requester& requester);
    /// The same for a read. If it cannot wait, the commit is made now. Returns true if that is observable.
    bool join_or_finish(const Requester& requester);
    /// Makes the commit now if the requester cannot wait, or if it has many parts. Returns true if it is made
    /// and observable. Throws the failure of the commit to a requester that cannot wait.
    bool end_part(const SharedCommit& commit, const Requester& requester);
    /// Returns true if the commit is observable. If it fails, those that wait for it get the failure.
    bool finish_shared_commit();
    void fail_shared_commit(std::exception_ptr failure);
    /// Makes the shared commit, if there is one, before an operation on the whole store. Returns what
    /// finish_shared_commit() returns.
    bool finish_before_whole();
    friend class SharedCommit;
    friend void look_at_others(Database& database);
    void finish(const SharedCommit& commit);

    /// What a database with this store keeps in memory.
    static DatabaseState load(storage::Store& store);
    static DatabaseState load(storage::Transaction& transaction);
    /// Keeps the gates.
    void adopt(DatabaseState loaded);
    /// The tables whose transitions are over by now, in their state after the transition.
    std::vector<TableDefinition> settled_tables() const;
    void reload();
    void notify();
    /// Settles the transitions that are over by now, in the file, too. If the file cannot be written, they
    /// stay settled as long as the database is open.
    void settle_transitions();

    std::shared_ptr<storage::Store> store_;
    const Clock& clock_;
    DatabaseLock mutex_;
    DatabaseState state_;
    /// The commit that requests share at the moment; usually null.
    std::shared_ptr<SharedCommit> shared_;
    /// True if the state is not what the store has, because a commit failed and the store could not be read.
    bool is_stale_ = false;
    /// True if other processes' commits have been read that the observer does not know of yet.
    bool has_caught_up_ = false;
    /// Null unless there are readers.
    std::shared_ptr<Readers> readers_;
    bool writes_beside_ = false;
    std::mutex observer_mutex_;
    std::function<void()> observer_;
};

/// Notifies the observer if other processes have committed since the last call. Waits for no process that
/// writes.
void look_at_others(Database& database);

}  // namespace tailrace::table
