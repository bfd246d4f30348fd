#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/storage/store.hpp"

namespace tailrace::storage {

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// Asks an open file for the budget of its pages. A file on disk does not support the question. SQLite leaves
/// the numbers above 100 to applications.
inline constexpr int find_budget = 1002;

/// Throws MemoryLimitReached if a write did not fit the budget. Otherwise throws StorageError with the
/// action, SQLite's reason and, if there is one, the system's: "writing a row: disk I/O error (File too
/// large)".
[[noreturn]] void fail(sqlite3* connection, const char* doing);

/// Opens a database for reading and writing, and creates it if it does not exist. Throws StorageError with
/// the path and the reason.
Connection open_connection(const std::string& path);

/// Prepares a statement that is used many times.
Statement prepare(sqlite3* connection, const std::string& sql);

/// Binds bytes. They must stay in place until the statement is reset, so SQLite need not copy them. A null
/// pointer would bind NULL, so an empty view gets a pointer that is not null.
inline void bind_blob(sqlite3_stmt* statement, int index, std::string_view bytes) {
    sqlite3_bind_blob64(statement, index, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(),
                        SQLITE_STATIC);
}
/// The same for a text.
inline void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
    sqlite3_bind_text64(statement, index, text.data() == nullptr ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
}

/// The bytes of a value. One thread at a time uses a connection, so the value needs no protection.
inline std::string_view value_view(sqlite3_value* value) {
    const void* data = sqlite3_value_blob(value);
    const int size = sqlite3_value_bytes(value);
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}
/// Valid until the statement's next step.
inline std::string_view column_view(sqlite3_stmt* statement, int column) {
    return value_view(sqlite3_column_value(statement, column));
}

/// Resets a statement for its next use, whatever happened in between.
class Use {
  public:
    explicit Use(const Statement& statement) : statement_(statement.get()) {}
    ~Use() { sqlite3_reset(statement_); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    sqlite3_stmt* get() const { return statement_; }
    /// Runs a statement that has no results. Throws as fail() does.
    void run(const char* doing) const {
        if (sqlite3_step(statement_) != SQLITE_DONE) fail(sqlite3_db_handle(statement_), doing);
    }

  private:
    sqlite3_stmt* statement_;
};

/// The table of a space: its rows in the order of their keys.
std::string table_of(SpaceId space);

/// Runs statements that have no results.
void execute(sqlite3* connection, const std::string& sql);

/// Gives a new database pages of `page_bytes`. Has no effect on one that has pages already.
void set_page_size(sqlite3* connection);

/// The number in the first row of a result.
int read_number(sqlite3* connection, const std::string& sql);

}  // namespace tailrace::storage
