#include "engine/storage/memory_vfs.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

namespace tailrace::storage {
namespace {

// SQLite reads and writes what it calls a file, through the functions below. A file has only one connection,
// so it needs no locks, and there is nothing to sync. A connection that only reads has pages of its own, too:
// they are replaced between its transactions. SQLite looks at a number in the first page to find out whether
// another connection has written. When it reads that number, it gets the version of the pages instead.

constexpr const char* vfs_name = "tailrace-memory";
/// The file control that gives an open file its pages. SQLite leaves the numbers above 100 to applications.
constexpr int set_pages = 1001;
constexpr int fetch_version = 3;
/// Where the first page has the number that changes with the pages: the "file change counter" of SQLite's
/// "Database File Format".
constexpr std::size_t change_counter_begin = 24;

/// What belongs to a file.
struct FilePages {
    SharedPages* pages;
    /// Null for a file that is written.
    const std::uint32_t* version;
};

struct PagesFile {
    sqlite3_file file;
    /// Null while SQLite opens the file.
    FilePages has;
};

FilePages& file_pages(sqlite3_file* file) {
    return reinterpret_cast<PagesFile*>(file)->has;
}

SharedPages* pages_of(sqlite3_file* file) {
    return file_pages(file).pages;
}

void show_version(std::uint32_t version, std::span<std::byte> bytes, std::size_t offset) {
    constexpr std::size_t end = change_counter_begin + sizeof(version);
    if (offset > change_counter_begin || offset + bytes.size() < end) return;
    std::memcpy(bytes.data() + (change_counter_begin - offset), &version, sizeof(version));
}

int close_file(sqlite3_file*) {
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* bytes, int length, sqlite3_int64 offset) {
    const std::span to(static_cast<std::byte*>(bytes), static_cast<std::size_t>(length));
    const auto [pages, version] = file_pages(file);
    const bool is_there = pages != nullptr && pages->read(static_cast<std::size_t>(offset), to);
    if (pages == nullptr) std::memset(bytes, 0, to.size());
    if (!is_there) return SQLITE_IOERR_SHORT_READ;
    if (version != nullptr) show_version(*version, to, static_cast<std::size_t>(offset));
    return SQLITE_OK;
}

int write_file(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
    try {
        pages_of(file)->write(static_cast<std::size_t>(offset),
                              {static_cast<const std::byte*>(bytes), static_cast<std::size_t>(length)});
        return SQLITE_OK;
    } catch (const MemoryLimitReached&) {
        return SQLITE_FULL;
    } catch (const std::bad_alloc&) {
        return SQLITE_IOERR_NOMEM;
    }
}

/// SQLite shrinks a file only in a VACUUM, which is never run.
int truncate_file(sqlite3_file*, sqlite3_int64) {
    return SQLITE_IOERR_TRUNCATE;
}

int sync_file(sqlite3_file*, int) {
    return SQLITE_OK;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(pages_of(file)->size_bytes());
    return SQLITE_OK;
}

int lock_file(sqlite3_file*, int) {
    return SQLITE_OK;
}

int find_lock(sqlite3_file*, int* is_locked) {
    *is_locked = 0;
    return SQLITE_OK;
}

int control_file(sqlite3_file* file, int what, void* value) {
    switch (what) {
        case set_pages:
            file_pages(file) = *static_cast<const FilePages*>(value);
            return SQLITE_OK;
        case find_budget:
            *static_cast<const PageBudget**>(value) = pages_of(file)->budget();
            return SQLITE_OK;
        case SQLITE_FCNTL_COMMIT_PHASETWO:
            pages_of(file)->commit();
            return SQLITE_OK;
        default:
            return SQLITE_NOTFOUND;
    }
}

void roll_pages_back(void* pages) {
    static_cast<SharedPages*>(pages)->roll_back();
}

int sector_bytes(sqlite3_file*) {
    return static_cast<int>(page_bytes);
}

int file_characteristics(sqlite3_file*) {
    return SQLITE_IOCAP_SAFE_APPEND | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/// A database of this size does not fit the processor's caches.
constexpr std::size_t large_bytes = std::size_t{8} * 1024 * 1024;

/// Asks the processor for a page that may be missing from the processor's caches. SQLite reads here and there
/// in a page, and waits each time; if all of the page is asked for at once, it waits only once.
void prefetch(const void* page) {
    constexpr std::size_t cache_line = 64;
    const auto* bytes = static_cast<const std::byte*>(page);
    for (std::size_t at = 0; at < page_bytes; at += cache_line) __builtin_prefetch(bytes + at);
}

/// Lends SQLite a page, so that it need not copy it. A copy of an older file may have smaller pages. They are
/// copied, because a write to one would also end the loan of its neighbour.
int lend_page(sqlite3_file* file, sqlite3_int64 offset, int length, void** page) {
    const bool is_page = static_cast<std::size_t>(length) == page_bytes;
    SharedPages& pages = *pages_of(file);
    *page = is_page ? const_cast<std::byte*>(pages.page(static_cast<std::size_t>(offset))) : nullptr;
    if (*page != nullptr && pages.size_bytes() > large_bytes) prefetch(*page);
    return SQLITE_OK;
}

/// A lent page is not preserved when the page is written. SQLite does not need that: after a write, it no
/// longer reads what it was lent before, because in a mapped file those bytes would have changed too.
int take_page_back(sqlite3_file*, sqlite3_int64, void*) {
    return SQLITE_OK;
}

constexpr sqlite3_io_methods file_methods = {
    .iVersion = fetch_version,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = lock_file,
    .xCheckReservedLock = find_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_bytes,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = lend_page,
    .xUnfetch = take_page_back,
};

int delete_file(sqlite3_vfs*, const char*, int) {
    return SQLITE_OK;
}

int find_file(sqlite3_vfs*, const char*, int, int* is_there) {
    *is_there = 0;
    return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* path) {
    sqlite3_snprintf(size, path, "%s", name);
    return SQLITE_OK;
}

/// The machine's VFS, for the time and for random numbers, without its files.
sqlite3_vfs without_files(sqlite3_vfs vfs) {
    vfs.pNext = nullptr;
    vfs.zName = vfs_name;
    vfs.szOsFile = sizeof(PagesFile);
    // SQLite keeps journals and temporary tables in its own memory, so only a database is ever opened.
    vfs.xOpen = [](sqlite3_vfs*, const char*, sqlite3_file* file, int flags, int*) {
        const bool is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
        file_pages(file) = {};
        file->pMethods = is_database ? &file_methods : nullptr;
        return is_database ? SQLITE_OK : SQLITE_CANTOPEN;
    };
    vfs.xDelete = delete_file;
    vfs.xAccess = find_file;
    vfs.xFullPathname = full_name;
    return vfs;
}

int register_once() {
    static sqlite3_vfs vfs = without_files(*sqlite3_vfs_find(nullptr));
    static const int status = sqlite3_vfs_register(&vfs, 0);
    return status;
}

// SQLite asks to be lent pages if mmap_size is above 0, however small it is.
constexpr const char* lent_pages = "PRAGMA cache_size = -100; PRAGMA mmap_size = 4096";

// The pages undo a transaction themselves, so SQLite keeps no journal; its own ROLLBACK only empties its
// cache. Changed pages stay in the cache until they are committed. The cache is small, because a second copy
// of a page gains little, but it has room for the pages that a BatchWriteItem changes.
constexpr const char* settings_of_writer =
    "PRAGMA cache_size = -400; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; "
    "PRAGMA synchronous = OFF; PRAGMA cache_spill = OFF; PRAGMA temp_store = MEMORY; "
    "PRAGMA secure_delete = OFF";

Connection open_file(FilePages pages) {
    register_once();
    sqlite3* opened = nullptr;
    const int status = sqlite3_open_v2(
        "memory", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, vfs_name);
    Connection connection(opened);
    if (status != SQLITE_OK) fail(opened, "opening a database in memory");
    sqlite3_file_control(opened, "main", set_pages, &pages);
    set_page_size(opened);
    execute(opened, lent_pages);
    return connection;
}

}  // namespace

Connection open_connection(SharedPages& pages) {
    Connection connection = open_file({.pages = &pages, .version = nullptr});
    sqlite3_rollback_hook(connection.get(), roll_pages_back, &pages);
    execute(connection.get(), settings_of_writer);
    return connection;
}

Connection open_reading_connection(SharedPages& pages, const std::uint32_t& version) {
    Connection connection = open_file({.pages = &pages, .version = &version});
    execute(connection.get(), "PRAGMA query_only = ON");
    return connection;
}

void copy_database(sqlite3* from, SharedPages& pages) {
    constexpr int all_pages = -1;
    {
        const Connection to = open_connection(pages);
        sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from, "main");
        if (backup == nullptr) fail(to.get(), "copying a database");
        sqlite3_backup_step(backup, all_pages);
        if (sqlite3_backup_finish(backup) != SQLITE_OK) fail(to.get(), "copying a database");
    }
    // A copy of a database file has no log, but these two bytes still say that it has one.
    constexpr std::size_t format_versions = 18;
    constexpr std::array without_log = {std::byte{1}, std::byte{1}};
    pages.write(format_versions, without_log);
    pages.commit();
}

}  // namespace tailrace::storage
