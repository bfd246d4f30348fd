#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::storage {

/// The store itself failed: a file that cannot be opened or is none of ours, a full disk. what() is one line
/// that a person can act on. Never thrown for what a request asks.
class StorageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Another process has written what this transaction read. Nothing of the transaction is kept: the work is
/// run again, in a new one.
class Conflict : public std::exception {
  public:
    const char* what() const noexcept override {
        return "another process has written what this transaction read";
    }
};

/// A key space: one ordered sequence of rows of its own.
using SpaceId = std::int64_t;

inline constexpr SpaceId catalogue_space = 0;

/// What stands under a key. `size_bytes` is the writer's own measure of the value (an item's size as DynamoDB
/// counts it), kept beside it so that pages and capacity are counted without reading the value.
struct StoredValue {
    std::string bytes;
    std::uint32_t size_bytes = 0;
};

/// Keys from `lower` (included) to `upper` (excluded). An empty `upper` means to the end of the space.
struct KeyRange {
    std::string lower;
    std::string upper;
};

enum class Direction { forward, backward };

/// Walks over the rows of a range. The views are good until the next call of next() and until the cursor
/// goes.
class Cursor {
  public:
    virtual ~Cursor() = default;
    /// Goes to the first or the next row; false when there is none.
    virtual bool next() = 0;
    virtual std::string_view key() const = 0;
    virtual std::string_view value() const = 0;
    virtual std::uint32_t size_bytes() const = 0;
};

class Transaction;

/// Rows that whoever writes them has in memory as well, and reads only when it opens the store anew: counts,
/// the newest number of a sequence.
class MirroredRows {
  public:
    virtual ~MirroredRows() = default;
    virtual void write(Transaction& transaction) const = 0;
};

/// Rows of ordered bytes, read and written as one: all of it is there after commit(), or none of it.
/// Reads see the transaction's own writes. A transaction that is destroyed without commit() is rolled back.
/// Every function throws StorageError when the store fails.
///
/// What has a body in store.cpp is written with the other functions; a store that can do better overrides it.
class Transaction {
  public:
    virtual ~Transaction() = default;

    virtual std::optional<StoredValue> get(SpaceId space, std::string_view key) = 0;
    /// What stands under each of the keys, in their order; a key may be there twice.
    virtual std::vector<std::optional<StoredValue>> get_many(SpaceId space,
                                                             std::span<const std::string> keys);
    virtual void put(SpaceId space, std::string_view key, std::string_view value,
                     std::uint32_t size_bytes) = 0;
    /// False when there was no such row.
    virtual bool erase(SpaceId space, std::string_view key) = 0;
    /// The cursor must go before the transaction does and before a write to the same space.
    virtual std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction) = 0;

    /// Erases the first `rows` rows of a space. False, and nothing is erased, when it has no more than so
    /// many.
    virtual bool erase_first(SpaceId space, std::size_t rows) = 0;

    /// Adds `delta` to the number under a key: its value in decimal, as "-12". A row that is not there counts
    /// as 0 and is made. The sum fits 64 bits. What it is now is not said, so that a store for many processes
    /// can let them add to one row at once.
    virtual void add(SpaceId space, std::string_view key, std::int64_t delta);
    /// The next number of a sequence: 1, then always a greater one. The newest is the row `sequence` of the
    /// catalogue, in decimal. A number whose transaction is not committed may be drawn again, or never.
    virtual std::uint64_t draw(std::string_view sequence);

    /// The spaces but the catalogue, in the order of their ids.
    virtual std::vector<SpaceId> spaces() = 0;
    virtual void create_space(SpaceId space) = 0;
    /// Makes the space `to` with all the rows of `from`. Takes time with their number.
    virtual void copy_space(SpaceId from, SpaceId to);
    /// Takes time with the number of rows that are still there.
    virtual void drop_space(SpaceId space) = 0;

    /// Calls rows.write() with a transaction that belongs to this one, unless nobody opens the store anew.
    virtual void write_mirrored(const MirroredRows& rows);

    /// Throws Conflict in a store that several processes write at once.
    virtual void commit() = 0;
};

/// A store of key spaces. One transaction at a time: the caller holds its own lock around it.
/// The space `catalogue_space` is always there.
class Store {
  public:
    virtual ~Store() = default;
    virtual std::unique_ptr<Transaction> begin() = 0;
    /// A new store in memory with what is committed here; neither sees what is written to the other. Mirrored
    /// rows are in it as they are here. Not while there is a transaction. Takes time with the number of rows.
    virtual std::unique_ptr<Store> fork() = 0;
    /// Moves what commits have left in a log to its place in the file, when it is `least_pages` of the file's
    /// pages or more. Commits do so by themselves, but later, when it is more. False when nothing was to do.
    /// Not while there is a transaction. Throws nothing: what could not be moved stays in the log.
    virtual bool checkpoint(int least_pages) = 0;
};

}  // namespace tailrace::storage
