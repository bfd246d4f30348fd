#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/postgres/space_statements.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// How a transaction begins.
struct PostgresBeginning {
    /// BEGIN with the isolation level, because a role or a database may set a different default.
    const char* begin;
    /// What it locks at its beginning, as a statement that returns rows. Null if it locks nothing.
    const char* lock = nullptr;
    /// A statement that returns the numbers of a StoreVersion.
    std::string moment;
    /// If StoreVersion::catalogue differs from this, the transaction's functions throw OtherCatalogue.
    std::optional<std::uint64_t> catalogue = std::nullopt;
};

inline constexpr const char* begin_writing = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE";

/// Snapshots; the second without the numbers of changes.
PostgresBeginning reading();
PostgresBeginning reading_at(std::uint64_t catalogue);
/// A transaction that writes alone.
PostgresBeginning writing_alone();
/// A transaction that writes beside others and shares this gate with them.
PostgresBeginning writing_beside(std::size_t gate, std::uint64_t catalogue);

/// A connection, and the state of the transaction that runs on it; transactions run one after the other. A
/// transaction begins with its first round trip, which also has the first rows that it reads.
class PostgresSession {
  public:
    explicit PostgresSession(PostgresAddress address) : connection(std::move(address)), spaces(connection) {}

    PostgresConnection connection;
    SpaceTables spaces;

    /// Lets the next round trip begin a transaction. It connects first if there is no connection any more.
    void begin(PostgresBeginning beginning);
    bool has_begun() const { return !pending_; }
    /// Ends a transaction that has failed or has written nothing.
    void end() noexcept;
    /// The version that the transaction sees. Begins the transaction if necessary. Like the other functions,
    /// throws OtherCatalogue if the catalogue has changed.
    const StoreVersion& version();
    /// The caller begins the transaction itself, in the round trip that is also its end.
    void begin_by_caller() { pending_.reset(); }

    /// One round trip: calls `send`, which sends statements through the connection, and waits. Returns the
    /// results with rows. There must be at most PostgresConnection::max_together of them.
    std::vector<PostgresResult> round_trip(const std::function<void()>& send);
    /// The same for one statement.
    PostgresResult ask(const std::string& sql, const PostgresParameters& parameters);

    std::optional<StoredValue> get(SpaceId space, std::string_view key);
    /// The rows of many keys, read in portions of one round trip each.
    std::vector<std::optional<StoredValue>> get_many(SpaceId space, std::span<const std::string> keys);
    std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction);
    Lanes lanes(SpaceId space);
    /// StoreVersion::newest, even if the beginning does not read it.
    std::uint64_t newest_number();
    /// One row in a transaction of its own. Throws OtherCatalogue if the version differs.
    std::optional<StoredValue> get_alone(RowName row, std::uint64_t catalogue);

    /// See Transaction::keeps().
    bool keeps(const OwnLease& lease);

    /// The statements for the rows of a space.
    SpaceTables::Found statements_of(SpaceId space);
    /// What SpaceStatements::get has found.
    static std::optional<StoredValue> value_in(const PostgresResult& found);

  private:
    std::vector<PostgresResult> first_round_trip(const std::function<void()>& send);
    std::vector<PostgresResult> begin_and(const std::function<void()>& send);
    void require(std::uint64_t catalogue) const;

    /// Set until it has begun.
    std::optional<PostgresBeginning> pending_;
    StoreVersion version_;
};

/// What every transaction of a session reads in the same way. `Base` is ReadTransaction or Transaction.
template <typename Base>
class PostgresReads : public Base {
  public:
    explicit PostgresReads(PostgresSession& session) : session_(session) {}
    PostgresReads(const PostgresReads&) = delete;
    PostgresReads& operator=(const PostgresReads&) = delete;

    std::optional<StoredValue> get(SpaceId space, std::string_view key) override {
        return session_.get(space, key);
    }
    std::vector<std::optional<StoredValue>> get_many(SpaceId space,
                                                     std::span<const std::string> keys) override {
        return session_.get_many(space, keys);
    }
    std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction) override {
        return session_.range(space, range, direction);
    }
    const Lanes* lanes(SpaceId space) override {
        auto known = lanes_.find(space);
        if (known == lanes_.end()) known = lanes_.emplace(space, session_.lanes(space)).first;
        return &known->second;
    }
    std::uint64_t newest_number() override { return session_.newest_number(); }

  protected:
    PostgresSession& session_;

  private:
    std::map<SpaceId, Lanes> lanes_;
};

}  // namespace tailrace::storage
