#pragma once

namespace tailrace::storage {

/// Returns the name of a VFS for files: the system's, but it writes SQLite's log with fewer system calls.
/// From the first read on, a file belongs to this process alone, which may open it several times.
///
/// SQLite writes each page of the log in two calls, a header and the bytes, one page after another. This VFS
/// collects them, and writes them at once with the last page of a transaction, which its header marks. So a
/// commit that has returned has reached the operating system, just as it would without this VFS. Before a
/// read, a sync, and anything else that concerns the log, it writes what it has collected. Source: "The WAL
/// File Format", SQLite's "Database File Format".
const char* log_vfs_name();

}  // namespace tailrace::storage
