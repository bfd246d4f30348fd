#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/storage/postgres/postgres_rows.hpp"

namespace tailrace::storage {

/// What the writing transactions of one connection have in common.
struct PostgresWriter {
    /// The gate that they share with others, and the row of a sum that they add to.
    std::size_t number;
    /// The item locks that earlier transactions wanted when they ended with a Conflict.
    std::set<std::int64_t> wanted = {};
};

/// A transaction that writes beside others; see Reader::begin_beside().
///
/// It takes its locks in ascending order and waits for them. A lock that is lower than one that it already
/// holds is taken only if it is free; otherwise the transaction ends with a Conflict, and the next one begins
/// with all the locks that this one wanted. So no two of them wait for each other.
class PostgresItems final : public Transaction {
  public:
    PostgresItems(PostgresSession& session, PostgresWriter& writer, std::uint64_t catalogue);
    PostgresItems(const PostgresItems&) = delete;
    PostgresItems& operator=(const PostgresItems&) = delete;
    ~PostgresItems() override;

    std::optional<StoredValue> get(SpaceId space, std::string_view key) override;
    std::vector<std::optional<StoredValue>> get_many(SpaceId space,
                                                     std::span<const std::string> keys) override;
    void expect(std::span<const RowName> rows) override;
    std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction) override;
    StoreVersion version() override { return session_.version(); }

    void put(SpaceId space, std::string_view key, std::string_view value, std::uint32_t size_bytes) override;
    bool erase(SpaceId space, std::string_view key) override;
    bool erase_first(SpaceId space, std::size_t rows) override;
    void add(SpaceId space, std::string_view key, std::int64_t delta) override;
    void put_in_lanes(std::span<const LaneRow> rows) override;
    bool replace_at_once(const OnlyRow& row, std::optional<StoredValue>& old) override;
    bool keeps(const OwnLease& lease) override { return session_.keeps(lease); }
    bool is_beside() const override { return true; }
    std::size_t addend() const override { return writer_.number; }

    std::vector<SpaceId> spaces() override;
    void create_space(SpaceId space) override;
    void drop_space(SpaceId space) override;
    void commit() override;

  private:
    using Name = std::pair<SpaceId, std::string>;

    /// Locks and reads the rows. After a Conflict, the next transaction begins with these locks.
    void hold(std::span<const RowName> rows);
    void lock_and_read(std::span<const RowName> rows);
    /// Throws the exception for a lock that could not be obtained: Conflict if it was not waited for,
    /// otherwise RowHeld. `locks` are those of the rows that were still wanted.
    [[noreturn]] void fail(RowHeld held, std::span<const std::int64_t> locks, std::span<const RowName> rows);
    void write(SpaceId space, std::string_view key);
    void send_at_once(const OnlyRow& row);

    PostgresSession& session_;
    PostgresWriter& writer_;
    const std::uint64_t catalogue_;
    std::set<std::int64_t> held_;
    /// Rows that were read and not written.
    std::map<Name, std::optional<StoredValue>> known_;
    /// Set when this transaction has waited for a row too long. It can then do nothing more.
    std::optional<RowHeld> failure_;
    bool waits_ = true;
    bool has_written_ = false;
    bool is_over_ = false;
};

}  // namespace tailrace::storage
