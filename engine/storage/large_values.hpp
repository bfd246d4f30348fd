#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/storage/sqlite_connection.hpp"

namespace tailrace::storage {

/// The largest row that SQLite keeps whole in a page of that size, in a table WITHOUT ROWID. SQLite puts most
/// of a larger row into pages that hold nothing else. Source: "B-tree Cell Format", SQLite's "Database File
/// Format".
constexpr std::size_t max_whole_row_bytes(std::size_t bytes_of_page) {
    return (bytes_of_page - 12) * 64 / 255 - 23;
}

/// The values of one space that are too large for its rows. They are in a table of their own, in which each
/// has a number; a page of that table holds several values. The row has the number, in decimal, instead of
/// the value. The number is a BLOB, to tell it apart from a value, which is a TEXT. The table is made with
/// the first large value.
class LargeValues {
  public:
    LargeValues(sqlite3* connection, SpaceId space);

    /// False if the space has never had a large value.
    bool exist() const { return exist_; }
    /// Writes a row whose value is large.
    void put_row(std::string_view key, std::string_view value, std::uint32_t size_bytes);
    /// Erases the value of a row if it is large, before the row itself is erased or replaced.
    void erase_value(std::string_view key);
    /// Erases the large values of the first `rows` rows. Does nothing if the space has no more than `rows`
    /// rows.
    void erase_first_values(std::size_t rows);
    /// Returns the beginning of a query for rows. Its first columns are for selected_value(); after them come
    /// `others`, such as "size_bytes, key".
    static std::string selection(SpaceId space, bool has_large_values, std::string_view others);
    /// Returns the value of a row that was found by such a query. Valid until the statement's next step.
    static std::string_view selected_value(sqlite3_stmt* statement, bool has_large_values) {
        const bool is_large = has_large_values && sqlite3_column_type(statement, 1) != SQLITE_NULL;
        return column_view(statement, is_large ? 1 : 0);
    }
    /// The place of the first of the other columns.
    static constexpr int first_other = 2;

    /// Takes copies of the values of another space, whose rows have been copied to this one.
    void copy_from(const LargeValues& other);
    void drop();

  private:
    void create();
    /// The number in the row under a key, if its value is large.
    std::optional<std::int64_t> number_of(std::string_view key);
    std::int64_t add(std::string_view value);
    const Statement& prepared(Statement& statement, const std::string& sql) const;

    sqlite3* connection_;
    std::string rows_table_;
    std::string values_table_;
    bool exist_;
    Statement number_of_;
    Statement put_row_;
    Statement add_;
    Statement replace_;
    Statement erase_;
    Statement erase_first_;
};

}  // namespace tailrace::storage
