#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

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

/// Asks an open file for the budget of its pages. A file on the disk does not know the question. SQLite
/// leaves the numbers above 100 to applications.
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

/// Runs statements that have no results.
void execute(sqlite3* connection, const std::string& sql);

/// Gives a new database pages of `page_bytes`. Has no effect on one that has pages already.
void set_page_size(sqlite3* connection);

/// The number in the first row of a result.
int read_number(sqlite3* connection, const std::string& sql);

}  // namespace tailrace::storage
