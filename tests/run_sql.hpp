#pragma once

#include <sqlite3.h>

#include <string>

#include "tests/catch.hpp"

namespace tailrace::tests {

/// Executes SQL statements on a database file that nobody has open.
inline void run_sql(const std::string& path, const std::string& sql) {
    sqlite3* connection = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
    const int status = sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr);
    INFO(sqlite3_errmsg(connection));
    REQUIRE(status == SQLITE_OK);
    REQUIRE(sqlite3_close(connection) == SQLITE_OK);
}

}  // namespace tailrace::tests
