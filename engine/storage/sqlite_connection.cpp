#include "engine/storage/sqlite_connection.hpp"

#include <cstring>

#include "engine/storage/log_vfs.hpp"
#include "engine/storage/page_budget.hpp"

namespace tailrace::storage {
namespace {

/// True if the system may have a more precise reason for SQLite's error.
bool comes_from_system(int error) {
    constexpr int primary = 0xff;
    switch (error & primary) {
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            return true;
        default:
            return false;
    }
}

int last_error_of(sqlite3_file* file) {
    int error = 0;
    if (file != nullptr && file->pMethods != nullptr) {
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    return error;
}

/// The system's reason for SQLite's error; 0 if there is none. After a failed commit, only the file that
/// could not be written (the log or the database) knows the reason.
int system_reason(sqlite3* connection) {
    if (!comes_from_system(sqlite3_errcode(connection))) return 0;
    if (const int reason = sqlite3_system_errno(connection)) return reason;
    for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
        sqlite3_file* file = nullptr;
        sqlite3_file_control(connection, "main", which, static_cast<void*>(&file));
        if (const int reason = last_error_of(file)) return reason;
    }
    return 0;
}

/// The budget for which a write was refused; null if there was another reason.
const PageBudget* refusing_budget(sqlite3* connection) {
    const PageBudget* budget = nullptr;
    if (sqlite3_errcode(connection) == SQLITE_FULL) {
        sqlite3_file_control(connection, "main", find_budget, static_cast<void*>(&budget));
    }
    return budget;
}

}  // namespace

void fail(sqlite3* connection, const char* doing) {
    if (const PageBudget* budget = refusing_budget(connection)) throw MemoryLimitReached(budget->refusal());
    std::string message = std::string(doing) + ": " + sqlite3_errmsg(connection);
    if (const int reason = system_reason(connection)) {
        message.append(" (").append(std::strerror(reason)).append(")");
    }
    throw StorageError(message);
}

Connection open_connection(const std::string& path) {
    sqlite3* opened = nullptr;
    const int status =
        sqlite3_open_v2(path.c_str(), &opened,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, log_vfs_name());
    Connection connection(opened);
    if (status != SQLITE_OK) {
        const int reason = sqlite3_system_errno(opened);
        throw StorageError("cannot open the database file '" + path +
                           "': " + (reason != 0 ? std::strerror(reason) : sqlite3_errmsg(opened)));
    }
    return connection;
}

Statement prepare(sqlite3* connection, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const int status = sqlite3_prepare_v3(connection, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (status != SQLITE_OK) fail(connection, "preparing a statement");
    return Statement(statement);
}

std::string table_of(SpaceId space) {
    return "space_" + std::to_string(space);
}

void execute(sqlite3* connection, const std::string& sql) {
    if (sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(connection, sql.c_str());
}

void set_page_size(sqlite3* connection) {
    execute(connection, "PRAGMA page_size = " + std::to_string(page_bytes));
}

int read_number(sqlite3* connection, const std::string& sql) {
    const Statement statement = prepare(connection, sql);
    if (sqlite3_step(statement.get()) != SQLITE_ROW) fail(connection, sql.c_str());
    return sqlite3_column_int(statement.get(), 0);
}

}  // namespace tailrace::storage
