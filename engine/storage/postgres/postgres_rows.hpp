#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/postgres/space_statements.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// A connection with what one transaction after the other reads through it.
struct PostgresSession {
    explicit PostgresSession(PostgresAddress address) : connection(std::move(address)), spaces(connection) {}

    PostgresConnection connection;
    SpaceTables spaces;

    /// Begins a transaction with `sql`, a BEGIN, and returns the version that it sees. `lock` is empty or
    /// locks the row of the writer. Connects first if there is no connection any more.
    StoreVersion begin(const char* sql, const char* lock);

    std::optional<StoredValue> get(SpaceId space, std::string_view key);
    /// The rows of many keys, of which each portion takes one round trip.
    std::vector<std::optional<StoredValue>> get_many(SpaceId space, std::span<const std::string> keys);
    std::unique_ptr<Cursor> range(SpaceId space, const KeyRange& range, Direction direction);

  private:
    StoreVersion begin_connected(const char* sql, const char* lock);
};

}  // namespace tailrace::storage
