#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "engine/storage/sqlite_connection.hpp"

namespace tailrace::storage {

/// Puts rows into the spaces of one connection and finds out in the same statement which rows they replace.
class ReplacedRow {
  public:
    /// Defines the function that the statements call. This object must outlive the connection's statements.
    void observe(sqlite3* connection);
    /// The statement puts the row (?1 key, ?2 size_bytes, ?3 value), unless there is one with that value.
    static std::string sql(SpaceId space);
    /// Forgets the row that was found before. Call it before each run of such a statement, because one that
    /// finds no row does not call the function.
    void forget() { row_.reset(); }
    /// The row that the statement found under the key; nullopt if there was none.
    std::optional<StoredValue> take() { return std::move(row_); }

  private:
    static void keep(sqlite3_context* context, int count, sqlite3_value** arguments);

    std::optional<StoredValue> row_;
};

}  // namespace tailrace::storage
