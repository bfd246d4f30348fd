#include "engine/storage/large_values.hpp"

namespace tailrace::storage {
namespace {

std::string values_table_of(SpaceId space) {
    return "large_" + std::to_string(space);
}

}  // namespace

LargeValues::LargeValues(sqlite3* connection, SpaceId space)
    : connection_(connection),
      rows_table_(table_of(space)),
      values_table_(values_table_of(space)),
      exist_(sqlite3_table_column_metadata(connection, "main", values_table_.c_str(), "number", nullptr,
                                           nullptr, nullptr, nullptr, nullptr) == SQLITE_OK) {}

void LargeValues::put_row(std::string_view key, std::string_view value, std::uint32_t size_bytes) {
    create();
    std::optional<std::int64_t> number = number_of(key);
    if (number) {
        const Use use(prepared(replace_, "UPDATE " + values_table_ + " SET value = ?2 WHERE number = ?1"));
        sqlite3_bind_int64(use.get(), 1, *number);
        bind_text(use.get(), 2, value);
        use.run("replacing a large value");
    } else {
        number = add(value);
    }
    const Use use(
        prepared(put_row_, "INSERT OR REPLACE INTO " + rows_table_ + " VALUES (?1, ?2, CAST(?3 AS BLOB))"));
    bind_blob(use.get(), 1, key);
    sqlite3_bind_int64(use.get(), 2, size_bytes);
    sqlite3_bind_int64(use.get(), 3, *number);
    use.run("writing a row with a large value");
}

std::string LargeValues::selection(SpaceId space, bool has_large_values, std::string_view others) {
    const std::string begin = has_large_values ? "SELECT rows.value, large.value, " : "SELECT value, NULL, ";
    const std::string rows = std::string(others) + " FROM " + table_of(space) + " AS rows";
    if (!has_large_values) return begin + rows;
    return begin + rows + " LEFT JOIN " + values_table_of(space) +
           " AS large ON number = CASE typeof(rows.value) WHEN 'blob' THEN CAST(rows.value AS INTEGER) END";
}

void LargeValues::erase_value(std::string_view key) {
    if (!exist_) return;
    const std::optional<std::int64_t> number = number_of(key);
    if (!number) return;
    const Use use(prepared(erase_, "DELETE FROM " + values_table_ + " WHERE number = ?1"));
    sqlite3_bind_int64(use.get(), 1, *number);
    use.run("erasing a large value");
}

void LargeValues::erase_first_values(std::size_t rows) {
    if (!exist_) return;
    const Use use(prepared(erase_first_, "DELETE FROM " + values_table_ +
                                             " WHERE number IN (SELECT CAST(value AS INTEGER) FROM " +
                                             rows_table_ +
                                             " WHERE typeof(value) = 'blob' AND key < (SELECT key FROM " +
                                             rows_table_ + " ORDER BY key LIMIT 1 OFFSET ?1))"));
    sqlite3_bind_int64(use.get(), 1, static_cast<sqlite3_int64>(rows));
    use.run("erasing large values");
}

void LargeValues::copy_from(const LargeValues& other) {
    if (!other.exist_) return;
    create();
    execute(connection_, "INSERT INTO " + values_table_ + " SELECT * FROM " + other.values_table_);
}

void LargeValues::drop() {
    if (!exist_) return;
    execute(connection_, "DROP TABLE " + values_table_);
    exist_ = false;
}

void LargeValues::create() {
    if (exist_) return;
    execute(connection_,
            "CREATE TABLE " + values_table_ + " (number INTEGER PRIMARY KEY, value TEXT NOT NULL)");
    exist_ = true;
}

std::optional<std::int64_t> LargeValues::number_of(std::string_view key) {
    const Use use(prepared(number_of_, "SELECT CAST(value AS INTEGER) FROM " + rows_table_ +
                                           " WHERE key = ?1 AND typeof(value) = 'blob'"));
    bind_blob(use.get(), 1, key);
    const int status = sqlite3_step(use.get());
    if (status == SQLITE_DONE) return std::nullopt;
    if (status != SQLITE_ROW) fail(connection_, "looking for a large value");
    return sqlite3_column_int64(use.get(), 0);
}

std::int64_t LargeValues::add(std::string_view value) {
    const Use use(prepared(add_, "INSERT INTO " + values_table_ + " (value) VALUES (?1)"));
    bind_text(use.get(), 1, value);
    use.run("adding a large value");
    return sqlite3_last_insert_rowid(connection_);
}

const Statement& LargeValues::prepared(Statement& statement, const std::string& sql) const {
    if (!statement) statement = prepare(connection_, sql);
    return statement;
}

}  // namespace tailrace::storage
