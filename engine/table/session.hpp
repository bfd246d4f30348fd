#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/storage/change_log.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/database_state.hpp"

namespace tailrace::table {

/// Where a session reads: in a transaction of its own, in one that it shares, or in a snapshot. If the
/// transaction writes beside others (see storage::Reader::begin_beside()), the session runs without the
/// database's lock and offers only the definitions and the rows of items.
struct SessionRows {
    std::unique_ptr<storage::Transaction> own = nullptr;
    /// Null for a snapshot.
    storage::Transaction* transaction = own.get();
    storage::ReadTransaction& rows = *transaction;
};

/// Thrown by a session that writes beside others, for work that needs the database's lock.
struct NeedsLock {};

/// The rows that the parts of a transaction leave to its commit: so far, only the database's state has them.
struct LeftRows {
    std::size_t parts = 0;
    /// True if the commit will be observable; see WriteSession::commit().
    bool is_observable = false;
    bool changes_catalogue = false;
    /// The tables whose counts have changed.
    std::set<storage::SpaceId> counted_tables = {};
    bool draws_numbers = false;

    /// Writes them with what the state has now.
    void write(storage::Transaction& transaction, const DatabaseState& state) const;
};

/// A read, under the database's lock or in a snapshot: what it sees does not change until it ends. In a store
/// with one process, a snapshot has the definitions and the rows of items, and nothing else.
class ReadSession {
  public:
    /// The requester outlives the session.
    ReadSession(SessionRows rows, const DatabaseState& state, Timestamp now, const Requester& requester);

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
    std::uint64_t sequence() const {
        return sequence_ != unknown_sequence ? sequence_ : rows_.rows.newest_number();
    }

    /// The text that save_state() stored under the name; nullopt if there is none.
    std::optional<std::string> load_state(std::string_view name);
    /// Calls `take` for every state whose name begins with `prefix`, in the order of the names.
    void visit_states(std::string_view prefix,
                      const std::function<void(std::string_view name, std::string_view text)>& take);

    /// A discarded space that still has rows; nullopt if there is none.
    std::optional<storage::SpaceId> discarded_space();

    /// The changes of a stream.
    storage::ChangeLog change_log(const StreamDefinition& stream) { return {rows(), stream.space}; }

    /// Only for this layer.
    storage::ReadTransaction& rows() { return rows_.rows; }
    /// Only for this layer, and not in a snapshot.
    storage::Transaction& transaction() { return *rows_.transaction; }
    /// Null while no lags are set.
    Past* past() const { return state_.past.get(); }
    Timestamp now() const { return now_; }

  protected:
    const Catalogue* catalogue_;
    std::uint64_t sequence_;

  private:
    void ask_gates(ItemAccess access) const;

    const DatabaseState& state_;
    SessionRows rows_;
    Timestamp now_;
    const Requester& requester_;
    const bool has_gates_;
    /// Those that have been read, in a store with several processes.
    mutable std::map<storage::SpaceId, Counts> read_counts_;
};

/// When something began: the time, and the newest sequence number that was committed.
struct CommittedMoment {
    Timestamp time;
    std::uint64_t sequence;
};

/// A read whose now() and sequence() are those of an earlier moment. The changes and rows that it reads may
/// be later than that moment.
class EarlierSession : public ReadSession {
  public:
    EarlierSession(SessionRows rows, const DatabaseState& state, const CommittedMoment& moment,
                   const Requester& requester)
        : ReadSession(std::move(rows), state, moment.time, requester) {
        sequence_ = moment.sequence;
    }
};

/// Makes the record of a change with a sequence number. A record with the number 0 gets its own when it is
/// read; see read_shard().
using RecordText = std::function<std::string(std::uint64_t sequence)>;

/// A write in one storage transaction or in a part of one: it writes rows, counts, change records and
/// definitions together, or nothing. It runs under the database's lock, or it writes beside others; then it
/// throws NeedsLock if it is asked for more than to read rows by their keys and to write those.
class WriteSession : public ReadSession, private storage::MirroredRows {
  public:
    WriteSession(SessionRows rows, DatabaseState& state, Timestamp now, const Requester& requester);

    /// Adds to the counts of a table (`place` 0) or of its index number `place` - 1.
    void count(const TableDefinition& table, std::size_t place, Count difference);
    /// Logs a change with the current time and the next sequence number, which the text puts into the record.
    void log_change(const StreamDefinition& stream, storage::LoggedChange change, const RecordText& text);
    /// Draws the next sequence number, so that no change gets it.
    std::uint64_t draw_sequence();
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

    /// Returns true if the commit is observable: if it wrote change records, or changed a table or a stream.
    /// Throws StorageError and Conflict; then nothing of the session is kept.
    bool commit();
    /// Called instead of commit() if the session is a part of a transaction. From then on the database's
    /// state is the one after the commit. The commit must still write the rows that the session leaves in
    /// `rows`.
    void leave_to(LeftRows& rows);

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
    /// A change that gets its number with the commit.
    struct UnnumberedChange {
        storage::SpaceId space;
        std::string shard_id;
        storage::LoggedChange change;
    };

    /// The session's own copy of the catalogue.
    Catalogue& edit();
    bool is_observable() const { return edited_ != nullptr || has_logged_; }
    bool draws_numbers() const { return sequence_ != state_.sequence; }
    /// The tables whose counts change.
    std::set<storage::SpaceId> counted_tables() const;
    /// Makes the changes in the database's state.
    void keep();
    void set_counts(storage::SpaceId table, Counts counts);
    Counts counts_after(storage::Transaction& transaction, storage::SpaceId table) const;
    void commit_beside();
    void append_unnumbered();
    bool is_beside() { return transaction().is_beside(); }
    /// Writes the counts and the newest sequence number.
    void write(storage::Transaction& transaction) const override;

    DatabaseState& state_;
    std::shared_ptr<Catalogue> edited_;
    std::vector<CountChange> count_changes_;
    /// The counts of tables that are new or were saved with other counts, before `count_changes_` are added.
    /// Empty for removed tables.
    std::map<storage::SpaceId, Counts> new_counts_;
    std::vector<Hold> holds_;
    std::vector<UnnumberedChange> unnumbered_;
    bool has_logged_ = false;
};

}  // namespace tailrace::table
