#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::storage {

/// The store itself failed: the file cannot be opened or is not Tailrace's, or the disk is full. what() is
/// one line that a person can act on. A request alone never causes it.
class StorageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A write did not fit the limit on the memory of stores; see StoreOptions::page_budget. what() is for
/// whoever made the request. Nothing of the transaction is kept.
class MemoryLimitReached : public StorageError {
  public:
    using StorageError::StorageError;
};

/// Another process has written what this transaction read. Nothing of the transaction is kept: the caller
/// runs the work again in a new one.
class Conflict : public std::exception {
  public:
    const char* what() const noexcept override {
        return "another process has written what this transaction read";
    }
};

/// A part of Conflict: another process has changed a definition or a space, so what the caller knows of them
/// is old. It reads them again before it runs the work again.
class OtherCatalogue : public Conflict {};

/// Another transaction has held a row for so long that this one does not wait any more. Nothing of it is
/// kept.
class RowHeld : public StorageError {
  public:
    using StorageError::StorageError;
    /// The place of the row among those of Transaction::expect(); 0 if the row was not one of them.
    std::size_t place = 0;
};

/// Names a key space: one of the separate, ordered sequences of rows in a store.
using SpaceId = std::int64_t;

inline constexpr SpaceId catalogue_space = 0;

/// The value under a key. `size_bytes` is the writer's own measure of the value (an item's size as DynamoDB
/// counts it). It is stored separately so that pages and capacity are counted without reading the value.
struct StoredValue {
    std::string bytes;
    std::uint32_t size_bytes = 0;
};

/// Keys from `lower` (included) to `upper` (excluded). An empty `upper` means up to the end of the space.
struct KeyRange {
    std::string lower;
    std::string upper;
};

enum class Direction { forward, backward };

/// The sequence from which the numbers of changes are drawn.
inline constexpr std::string_view change_sequence = "sequence";

/// Names a row.
struct RowName {
    SpaceId space;
    std::string_view key;
};

/// The counters of a store that several processes use, as a transaction sees them. The numbers only go up.
/// All are 0 in a store with one process.
struct StoreVersion {
    /// The commits, except those of Reader::begin_beside().
    std::uint64_t commits = 0;
    /// The commits that changed a space or were noted with note_catalogue_change().
    std::uint64_t catalogue = 0;
    // The rest is known only in a transaction of Store::begin() or begin_reading().

    /// The newest number of change_sequence that was drawn with draw().
    std::uint64_t sequence = 0;
    /// The newest number of all, including those that were drawn in lanes.
    std::uint64_t newest = 0;
    /// Increases with every commit that has drawn numbers; `newest` may stay the same.
    std::uint64_t drawn = 0;
};

/// A row that a transaction replaces, and the numbers that it adds to, as Transaction::add() does: the
/// difference of the sizes, and 1 if the row is new. The two numbers are in the catalogue, under the keys
/// `sizes` and `rows`.
struct OnlyRow {
    RowName name;
    std::string_view value;
    std::uint32_t size_bytes;
    std::string_view sizes;
    std::string_view rows;
};

/// For each lane of a space, the number up to which it is complete: every number that is committed there
/// later is greater. See Transaction::put_in_lanes().
struct Lanes {
    std::map<std::string, std::uint64_t, std::less<>> known;
    /// In all others.
    std::uint64_t others = 0;

    std::uint64_t complete_up_to(std::string_view lane) const {
        const auto found = known.find(lane);
        return found != known.end() ? found->second : others;
    }
};

/// A row whose key begins with a number that is drawn for it; see Transaction::put_in_lanes().
struct LaneRow {
    /// Its space is also that of the row.
    RowName lane;
    /// What comes after the number in the key.
    std::string key_end;
    std::string_view value;
    std::uint32_t size_bytes;
};

/// Iterates over the rows of a range. The views are valid until the next call of next() or until the cursor
/// is destroyed.
class Cursor {
  public:
    virtual ~Cursor() = default;
    /// Moves to the first or the next row; returns false if there is none.
    virtual bool next() = 0;
    virtual std::string_view key() const = 0;
    virtual std::string_view value() const = 0;
    virtual std::uint32_t size_bytes() const = 0;
};

struct OwnLease;

/// Reads rows of ordered bytes. Every function throws StorageError if the store fails.
class ReadTransaction {
  public:
    virtual ~ReadTransaction() = default;

    virtual std::optional<StoredValue> get(SpaceId space, std::string_view key) = 0;
    /// The value under each of the keys, in order; a key may occur twice. Calls get(), unless a
    /// store can do better.
    virtual std::vector<std::optional<StoredValue>> get_many(SpaceId space,
                                                             std::span<const std::string> keys);
    /// The cursor must be destroyed before the transaction, and before a write to the same space.
    virtual std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction) = 0;

    /// May ask the store, and then throws as get() does.
    virtual StoreVersion version() { return {}; }
    /// The lanes of a space; see Transaction::put_in_lanes(). Null in a store that has none. Valid until the
    /// end of the transaction.
    virtual const Lanes* lanes(SpaceId /*space*/) { return nullptr; }
    /// Returns true if this process still has the lease. Then nobody else takes it before this transaction
    /// ends. Called first, in a transaction that writes what only the lease allows.
    virtual bool keeps(const OwnLease& /*lease*/) { return true; }
    /// StoreVersion::newest, in every transaction.
    virtual std::uint64_t newest_number() { return version().newest; }
};

class Transaction;
class Lease;

/// Rows that their writer also keeps in memory, and reads only when it opens the store again: counts, the
/// newest number of a sequence.
class MirroredRows {
  public:
    virtual ~MirroredRows() = default;
    virtual void write(Transaction& transaction) const = 0;
};

/// Rows of ordered bytes, read and written atomically: after commit() all writes are in the store, otherwise
/// none of them. Reads see the transaction's own writes. A transaction that is destroyed without commit() is
/// rolled back. Every function throws StorageError if the store fails.
///
/// The functions that are implemented in store.cpp use the other functions; a store overrides them if it can
/// do better.
class Transaction : public ReadTransaction {
  public:
    virtual void put(SpaceId space, std::string_view key, std::string_view value,
                     std::uint32_t size_bytes) = 0;
    /// Puts a row and returns the one that was under the key. A row that has this value already is left as it
    /// is.
    virtual std::optional<StoredValue> replace(SpaceId space, std::string_view key, std::string_view value,
                                               std::uint32_t size_bytes);
    /// Returns false if there was no such row.
    virtual bool erase(SpaceId space, std::string_view key) = 0;
    /// Erases the first `rows` rows of a space. Returns false and erases nothing if the space has no more
    /// than `rows` rows.
    virtual bool erase_first(SpaceId space, std::size_t rows) = 0;

    /// Adds `delta` to the number under a key, which is stored in decimal, for example "-12". A missing row
    /// counts as 0 and is created. The sum must fit 64 bits. The new value is not returned, so that a store
    /// for many processes can let them add to one row at the same time.
    virtual void add(SpaceId space, std::string_view key, std::int64_t delta);
    /// Returns the next number of a sequence: first 1, then always a greater one. The newest number is stored
    /// in decimal in the row `sequence` of the catalogue. A number that is drawn in a transaction without
    /// commit may be drawn again or skipped.
    virtual std::uint64_t draw(std::string_view sequence);
    /// Draws a number of change_sequence for each of the rows, and puts the row under a key that begins with
    /// it, as encode_sequence() encodes it. Only in a transaction of Reader::begin_beside(). The rows are in
    /// the ascending order of their lanes. All numbers differ, even from those that draw() returns, and those
    /// of the rows of a lane rise. They are greater than all that were committed in the lane before: until
    /// this transaction ends, no other one draws in its lanes. So this should be the last thing before the
    /// commit.
    virtual void put_in_lanes(std::span<const LaneRow> rows);
    /// A sum has max_addends rows. Returns the number of the row that this transaction adds to. Transactions
    /// that run beside each other usually add to different rows, so they need not wait for each other's
    /// additions.
    virtual std::size_t addend() const { return 0; }
    static constexpr std::size_t max_addends = 256;

    /// True in a transaction of Reader::begin_beside().
    virtual bool is_beside() const { return false; }
    /// Replaces one row and commits, in one go, if this is the first thing that is done in the transaction.
    /// Afterwards commit() does nothing more. Returns false and does nothing if that is not possible.
    virtual bool replace_at_once(const OnlyRow& /*row*/, std::optional<StoredValue>& /*old*/) {
        return false;
    }

    /// Says which rows are going to be read and written, so that a store can lock and read them together.
    virtual void expect(std::span<const RowName> /*rows*/) {}

    /// All spaces except the catalogue, in the order of their ids.
    virtual std::vector<SpaceId> spaces() = 0;
    virtual void create_space(SpaceId space) = 0;
    /// Creates the space `to` with all rows of `from`. The time grows with the number of rows.
    virtual void copy_space(SpaceId from, SpaceId to);
    /// The time grows with the number of rows still in the space.
    virtual void drop_space(SpaceId space) = 0;

    /// Calls rows.write() to write the rows as part of this transaction. A store that will never be opened
    /// again leaves them out; see Store::write_left_out().
    virtual void write_mirrored(const MirroredRows& rows);

    /// Lets the commit count as one that changes StoreVersion::catalogue.
    virtual void note_catalogue_change() {}

    /// Begins the next part of the transaction; the parts before it stay in it. Only in a store that
    /// shares_commits().
    virtual void begin_part();
    /// Undoes what has been written since begin_part(). Returns false if the store has had to undo the whole
    /// transaction.
    virtual bool undo_part();

    /// In a store that several processes write to, it may throw Conflict. Afterwards version() is that of the
    /// commit, unless other transactions run beside this one.
    virtual void commit() = 0;
};

/// Reads what is committed in a store while transactions are under way, without the lock that they need. One
/// thread at a time may use a reader, but several readers may be used at once. A reader must be destroyed
/// before its store.
class Reader {
  public:
    virtual ~Reader() = default;
    /// Returns a snapshot. It has every commit that was complete before the call, and does not change. It
    /// must be destroyed before the next call. It should be short, because until it ends the store keeps what
    /// it would otherwise overwrite.
    ///
    /// Returns null if the store keeps so much for snapshots that there must be no more of them for a while.
    /// The caller then reads in a transaction. May wait for a commit that is under way, but never for the
    /// rest of a transaction. Throws StorageError.
    virtual std::unique_ptr<ReadTransaction> begin() = 0;
    /// The same for a snapshot that works only if StoreVersion::catalogue is `catalogue`. Otherwise its
    /// functions throw OtherCatalogue. It may begin with its first read, so that it takes one round trip.
    virtual std::unique_ptr<ReadTransaction> begin_at(std::uint64_t /*catalogue*/) { return begin(); }
    /// The same for one call of get().
    virtual std::unique_ptr<ReadTransaction> begin_row(std::uint64_t catalogue) {
        return begin_at(catalogue);
    }

    /// Begins a transaction that writes beside others, of this process and of others, if
    /// Store::writes_beside(). It works only if StoreVersion::catalogue is `catalogue`; otherwise its
    /// functions throw OtherCatalogue. `again` says that the transaction before it ended with a Conflict.
    ///
    /// Rows that get(), get_many() and expect() name are held until it ends. No other transaction writes them
    /// or holds them, so what was read stays true; these functions throw Conflict and RowHeld. It may write
    /// rows that it holds, rows that belong to a held row because nobody writes them without holding the held
    /// row, and rows for add() and draw(). What range() reads does not stay true. erase() always returns
    /// true. Spaces cannot be made or dropped.
    virtual std::unique_ptr<Transaction> begin_beside(std::uint64_t /*catalogue*/, bool /*again*/) {
        return nullptr;
    }
};

/// A store of key spaces. Only one transaction at a time, besides those of readers: the caller holds its own
/// lock around it. The space `catalogue_space` always exists.
class Store {
  public:
    virtual ~Store() = default;
    virtual std::unique_ptr<Transaction> begin() = 0;
    /// Begins a transaction in which nothing is written. It does not wait for other processes.
    virtual std::unique_ptr<Transaction> begin_reading() { return begin(); }
    /// Returns the leases of a store to which other processes may write, else null. What is kept in memory of
    /// such a store is true only for one StoreVersion.
    virtual Lease* lease() { return nullptr; }
    /// Returns null if the store has no readers. Must not be called during a transaction, unless the store
    /// writes_beside(): then any thread may call it at any time. From the first call on, a commit takes a
    /// little longer. Throws StorageError.
    virtual std::unique_ptr<Reader> open_reader();
    /// True if the store's readers have begin_beside(). A transaction of begin() then waits for those, and
    /// they wait for it.
    virtual bool writes_beside() const { return false; }
    /// True if a commit costs so much that several writes should share one, as parts of one transaction.
    virtual bool shares_commits() const { return false; }
    /// Returns a new store in memory with everything committed here; later writes to one are not seen by the
    /// other. Mirrored rows are copied as this store has them. Must not be called during a transaction. A
    /// store in memory shares its pages with its forks until one of them writes, so a fork takes microseconds
    /// and memory only for what is written later. A store in a file is copied: the time grows with its size.
    virtual std::unique_ptr<Store> fork() = 0;
    /// Writes mirrored rows, in a transaction of its own, if transactions have left some out since the last
    /// call. Then a fork has them. Must not be called during a transaction. Throws StorageError.
    virtual void write_left_out(const MirroredRows& rows) = 0;
    /// Frees what the next transaction can rebuild, such as a cache and prepared statements. Must not be
    /// called during a transaction.
    virtual void rest() noexcept = 0;
    /// Moves committed pages from the log to their place in the file if there are at least `least_pages` of
    /// them. Commits do this too, but later, at a higher number of pages. Returns false if there was nothing
    /// to do. Must not be called during a transaction. Does not throw: pages that could not be moved stay in
    /// the log.
    virtual bool checkpoint(int least_pages) = 0;
};

}  // namespace tailrace::storage
