#include "engine/storage/sqlite_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "engine/storage/sqlite_layouts.hpp"

namespace tailrace::storage {
namespace {

/// A fault found by Tailrace itself; its message needs no reason from SQLite.
class Refusal : public StorageError {
  public:
    using StorageError::StorageError;
};

std::string in_quotes(const std::string& path) {
    return "'" + path + "'";
}

/// Refuses a file that clearly cannot be used, with a better reason than SQLite would give.
void require_writable(const std::string& path) {
    struct stat status = {};
    const bool is_there = ::stat(path.c_str(), &status) == 0;
    if (is_there && S_ISDIR(status.st_mode)) throw Refusal(in_quotes(path) + " is a folder, not a file");
    if (is_there && !S_ISREG(status.st_mode)) throw Refusal(in_quotes(path) + " is not a regular file");
    if (is_there && ::access(path.c_str(), W_OK) != 0) {
        throw Refusal("the database file " + in_quotes(path) + " cannot be written: " + std::strerror(errno));
    }
    // SQLite keeps its log next to the file itself, not next to a link to it.
    std::error_code error;
    const auto file = is_there ? std::filesystem::canonical(path, error) : std::filesystem::path(path);
    std::string folder = file.parent_path().string();
    if (folder.empty()) folder = ".";
    // A missing folder is reported when the database is opened.
    if (!std::filesystem::is_directory(folder, error) || ::access(folder.c_str(), W_OK | X_OK) == 0) return;
    throw Refusal("the folder " + in_quotes(folder) + " of the database file " + in_quotes(path) +
                  " cannot be written: " + std::strerror(errno));
}

/// Throws StorageError if the file must not be written to; nothing in it has been changed yet.
void require_own(sqlite3* connection, const std::string& path) {
    const int application = read_number(connection, "PRAGMA application_id");
    const int tables = read_number(connection, "SELECT count(*) FROM sqlite_master");
    const int layout = layout_of(connection);
    const bool is_empty = application == 0 && tables == 0 && layout == 0;
    if (is_empty) return;
    if (application != application_id) {
        throw Refusal(in_quotes(path) + " is the database of another program, not a Tailrace database");
    }
    if (layout > known_layout) {
        throw Refusal(in_quotes(path) + " was written by a newer version of Tailrace (layout " +
                      std::to_string(layout) + "; this version supports layouts up to " +
                      std::to_string(known_layout) + ")");
    }
    if (layout < 1) {
        throw Refusal(in_quotes(path) + " is damaged: it has layout " + std::to_string(layout) +
                      ", which does not exist");
    }
    const int columns = read_number(connection,
                                    "SELECT count(*) FROM pragma_table_info('space_0') "
                                    "WHERE name IN ('key', 'size_bytes', 'value')");
    if (columns != 3) {
        throw Refusal(in_quotes(path) + " is damaged: it has no catalogue (the table space_0)");
    }
}

void sync(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw StorageError(std::strerror(errno));
    const int status = ::fsync(descriptor);
    const int reason = errno;
    ::close(descriptor);
    if (status != 0) throw StorageError(std::strerror(reason));
}

/// Writes a copy of the database. The copy gets its final name only when it is complete.
void write_backup(sqlite3* connection, const std::string& backup) {
    const std::string part = backup + ".part";
    if (::unlink(part.c_str()) != 0 && errno != ENOENT) throw StorageError(std::strerror(errno));
    const Statement copy = prepare(connection, "VACUUM INTO ?1");
    sqlite3_bind_text(copy.get(), 1, part.c_str(), -1, SQLITE_STATIC);
    if (sqlite3_step(copy.get()) != SQLITE_DONE) {
        const std::string reason = sqlite3_errmsg(connection);
        ::unlink(part.c_str());
        throw StorageError(reason);
    }
    sync(part);
    if (std::rename(part.c_str(), backup.c_str()) != 0) throw StorageError(std::strerror(errno));
}

/// Keeps a copy of a file of an older layout before it is upgraded. A copy that an earlier start has made is
/// kept.
void back_up(sqlite3* connection, const StoreOptions& options) {
    const int layout = layout_of(connection);
    if (layout == 0 || layout == known_layout) return;
    const std::string& path = options.location.text();
    const std::string backup = path + ".layout-" + std::to_string(layout) + ".bak";
    struct stat status = {};
    const bool is_there = ::lstat(backup.c_str(), &status) == 0;
    try {
        if (!is_there) write_backup(connection, backup);
    } catch (const StorageError& error) {
        throw Refusal(in_quotes(path) + " has layout " + std::to_string(layout) +
                      " and is not upgraded, because it cannot be backed up to " + in_quotes(backup) + ": " +
                      error.what());
    }
    if (!options.notice) return;
    options.notice(in_quotes(path) + " is upgraded from layout " + std::to_string(layout) + " to " +
                   std::to_string(known_layout) + "; " + in_quotes(backup) +
                   (is_there ? " already exists and is kept" : " is a backup of it"));
}

/// Keeps out even other connections of this process, so that no second store can open the file. Then SQLite
/// need not lock anything for each transaction. Throws StorageError if there is such a connection.
///
/// First the log must have been opened in the normal mode, by a read. Otherwise SQLite could not go back to
/// that mode, which share_database_file() does. Source: "PRAGMA locking_mode" in SQLite's documentation.
void keep_alone(sqlite3* connection) {
    execute(connection,
            "SELECT count(*) FROM sqlite_master; PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT");
}

}  // namespace

Connection open_database_file(const StoreOptions& options) {
    const std::string& path = options.location.text();
    require_writable(path);
    Connection connection = open_connection(path);
    sqlite3* opened = connection.get();
    try {
        sqlite3_busy_timeout(opened, 0);
        require_own(opened, path);
        back_up(opened, options);
        set_page_size(opened);
        execute(opened, "PRAGMA journal_mode = WAL");
        // In WAL mode, NORMAL syncs only at checkpoints.
        const bool syncs_commits = options.durability == Durability::full;
        execute(opened, syncs_commits ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        execute(opened, "PRAGMA cache_size = -65536");
        keep_alone(opened);
        migrate(opened, options.clock != nullptr ? options.clock->now() : SystemClock().now());
        return connection;
    } catch (const Refusal&) {
        throw;
    } catch (const StorageError& error) {
        switch (sqlite3_errcode(opened)) {
            case SQLITE_NOTADB:
                throw StorageError(in_quotes(path) + " is not a database file");
            case SQLITE_BUSY:
                throw StorageError(in_quotes(path) + " is in use by another process");
            case SQLITE_CORRUPT:
                throw StorageError(in_quotes(path) + " is a damaged database file");
            case SQLITE_READONLY:
                throw StorageError("the database file " + in_quotes(path) + " cannot be written");
            default:
                throw StorageError("cannot open the database file " + in_quotes(path) + ": " + error.what());
        }
    }
}

void share_database_file(sqlite3* connection) {
    // A reading connection takes the lock for writing for a moment, too, if it begins in the middle of a
    // commit: see walIndexReadHdr() in SQLite's source. No other process can hold the lock.
    constexpr int max_wait_ms = 10'000;
    sqlite3_busy_timeout(connection, max_wait_ms);
    execute(connection, "PRAGMA locking_mode = NORMAL; BEGIN IMMEDIATE; COMMIT");
}

Connection open_reading_connection(const std::string& path) {
    Connection connection = open_connection(path);
    execute(connection.get(), "PRAGMA query_only = ON");
    return connection;
}

}  // namespace tailrace::storage
