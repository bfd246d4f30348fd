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

/// Throws StorageError: what was done, SQLite's reason and, where the system gave one, its reason, as in
/// "writing a row: disk I/O error (File too large)".
[[noreturn]] void fail(sqlite3* connection, const char* doing);

/// Opens a database for reading and writing and makes it where it is not there. Throws StorageError with the
/// path and the reason.
Connection open_connection(const std::string& path);

/// A statement that is kept for many uses.
Statement prepare(sqlite3* connection, const std::string& sql);

/// Carries out statements without results.
void execute(sqlite3* connection, const std::string& sql);

/// Copies all of a database into another, in which there is nothing yet.
void copy_database(sqlite3* from, sqlite3* to);

/// The number in the first row of a result.
int read_number(sqlite3* connection, const std::string& sql);

}  // namespace tailrace::storage
