#include "engine/storage/log_vfs.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace tailrace::storage {
namespace {

constexpr std::size_t frame_header_bytes = 24;
/// Where a frame's header has the size of the database after the transaction. The size is 0 unless the page
/// is the transaction's last one.
constexpr std::size_t size_after_commit_begin = 4;
constexpr std::size_t size_after_commit_end = 8;
/// The maximum number of bytes that SQLite's own VFS can write at once.
constexpr std::size_t max_write_bytes = 0x1ffff;

bool is_last_of_transaction(const std::byte* header) {
    for (std::size_t i = size_after_commit_begin; i < size_after_commit_end; ++i) {
        if (header[i] != std::byte{0}) return true;
    }
    return false;
}

/// The log of one database, and what is to be written to it.
class Log {
  public:
    explicit Log(sqlite3_file* file) : file_(file) {}

    sqlite3_file* file() const { return file_; }

    /// Returns a result code of SQLite, as all of these functions do.
    int write(const std::byte* bytes, std::size_t length, sqlite3_int64 offset) {
        const bool follows = offset == end_ && collected_.size() + length <= max_write_bytes;
        if (!follows) {
            if (const int status = flush(); status != SQLITE_OK) return status;
        }
        const bool is_header = length == frame_header_bytes && !expects_page_;
        if (!is_header && !expects_page_) return write_to_file(bytes, length, offset);
        if (is_header) is_last_ = is_last_of_transaction(bytes);
        expects_page_ = is_header;
        if (!collect(bytes, length, offset)) return SQLITE_IOERR_NOMEM;
        return is_last_ && !is_header ? flush() : SQLITE_OK;
    }

    int flush() {
        expects_page_ = false;
        if (collected_.empty()) return SQLITE_OK;
        const sqlite3_int64 begin = end_ - static_cast<sqlite3_int64>(collected_.size());
        const int status = write_to_file(collected_.data(), collected_.size(), begin);
        collected_.clear();
        return status;
    }

  private:
    bool collect(const std::byte* bytes, std::size_t length, sqlite3_int64 offset) {
        try {
            collected_.insert(collected_.end(), bytes, bytes + length);
        } catch (const std::bad_alloc&) {
            return false;
        }
        end_ = offset + static_cast<sqlite3_int64>(length);
        return true;
    }
    int write_to_file(const std::byte* bytes, std::size_t length, sqlite3_int64 offset) {
        return file_->pMethods->xWrite(file_, bytes, static_cast<int>(length), offset);
    }

    sqlite3_file* const file_;
    /// Ends at `end_`.
    std::vector<std::byte> collected_;
    sqlite3_int64 end_ = 0;
    /// True after the header of a page.
    bool expects_page_ = false;
    /// True if the page of the last header is the last one of a transaction.
    bool is_last_ = false;
};

/// The file object that SQLite sees as its log. The system's own file object follows it in the same
/// allocation.
struct LogFile {
    sqlite3_file file;
    Log* log;
};

Log& log_of(sqlite3_file* file) {
    return *reinterpret_cast<LogFile*>(file)->log;
}

/// Calls a function of the system's file after everything collected has been written.
template <typename Function, typename... Arguments>
int after_flush(sqlite3_file* file, Function function, Arguments... arguments) {
    Log& log = log_of(file);
    const int status = log.flush();
    return status != SQLITE_OK ? status : (log.file()->pMethods->*function)(log.file(), arguments...);
}

int close_log(sqlite3_file* file) {
    const std::unique_ptr<Log> log(&log_of(file));
    const int flushed = log->flush();
    const int closed = log->file()->pMethods->xClose(log->file());
    return flushed != SQLITE_OK ? flushed : closed;
}

int read_log(sqlite3_file* file, void* bytes, int length, sqlite3_int64 offset) {
    return after_flush(file, &sqlite3_io_methods::xRead, bytes, length, offset);
}

int write_log(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
    return log_of(file).write(static_cast<const std::byte*>(bytes), static_cast<std::size_t>(length), offset);
}

int truncate_log(sqlite3_file* file, sqlite3_int64 size) {
    return after_flush(file, &sqlite3_io_methods::xTruncate, size);
}

int sync_log(sqlite3_file* file, int flags) {
    return after_flush(file, &sqlite3_io_methods::xSync, flags);
}

int size_of_log(sqlite3_file* file, sqlite3_int64* size) {
    return after_flush(file, &sqlite3_io_methods::xFileSize, size);
}

int lock_log(sqlite3_file* file, int kind) {
    return after_flush(file, &sqlite3_io_methods::xLock, kind);
}

int unlock_log(sqlite3_file* file, int kind) {
    return after_flush(file, &sqlite3_io_methods::xUnlock, kind);
}

int find_lock_of_log(sqlite3_file* file, int* is_locked) {
    return after_flush(file, &sqlite3_io_methods::xCheckReservedLock, is_locked);
}

int control_log(sqlite3_file* file, int what, void* value) {
    return after_flush(file, &sqlite3_io_methods::xFileControl, what, value);
}

int sector_bytes_of_log(sqlite3_file* file) {
    sqlite3_file* real = log_of(file).file();
    return real->pMethods->xSectorSize(real);
}

int characteristics_of_log(sqlite3_file* file) {
    sqlite3_file* real = log_of(file).file();
    return real->pMethods->xDeviceCharacteristics(real);
}

constexpr sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = close_log,
    .xRead = read_log,
    .xWrite = write_log,
    .xTruncate = truncate_log,
    .xSync = sync_log,
    .xFileSize = size_of_log,
    .xLock = lock_log,
    .xUnlock = unlock_log,
    .xCheckReservedLock = find_lock_of_log,
    .xFileControl = control_log,
    .xSectorSize = sector_bytes_of_log,
    .xDeviceCharacteristics = characteristics_of_log,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

/// SQLite's own VFS that keeps other processes out of a file, and lets this one open it several times. What
/// the connections share is in memory, not in a file.
sqlite3_vfs* system_vfs() {
    return sqlite3_vfs_find("unix-excl");
}

int open_log(const char* path, LogFile& file, int flags, int* flags_out) {
    auto* real = reinterpret_cast<sqlite3_file*>(&file + 1);
    file.file.pMethods = nullptr;
    std::unique_ptr<Log> log(new (std::nothrow) Log(real));
    if (log == nullptr) return SQLITE_NOMEM;
    sqlite3_vfs* system = system_vfs();
    const int status = system->xOpen(system, path, real, flags, flags_out);
    if (status != SQLITE_OK) {
        // If xOpen fails, SQLite calls xClose only if xOpen has set pMethods. This function does the same.
        if (real->pMethods != nullptr) real->pMethods->xClose(real);
        return status;
    }
    file.log = log.release();
    file.file.pMethods = &log_methods;
    return SQLITE_OK;
}

}  // namespace

const char* log_vfs_name() {
    static const sqlite3_vfs* const registered = [] {
        static sqlite3_vfs vfs = *system_vfs();
        vfs.zName = "tailrace-log";
        vfs.szOsFile += static_cast<int>(sizeof(LogFile));
        vfs.xOpen = [](sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out) {
            if ((flags & SQLITE_OPEN_WAL) != 0)
                return open_log(path, *reinterpret_cast<LogFile*>(file), flags, flags_out);
            sqlite3_vfs* system = system_vfs();
            return system->xOpen(system, path, file, flags, flags_out);
        };
        sqlite3_vfs_register(&vfs, 0);
        return &vfs;
    }();
    return registered->zName;
}

}  // namespace tailrace::storage
