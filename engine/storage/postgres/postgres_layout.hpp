#pragma once

#include <string>

#include "engine/storage/open_store.hpp"
#include "engine/storage/postgres/postgres_connection.hpp"

namespace tailrace::storage {

// How a store lies in a schema of PostgreSQL.
//
//     layout(version)                     one row
//     moment(commits, catalogue)          one row; see StoreVersion
//     gate(id, catalogue)                 gates rows, each with the same number as the row of moment
//     item_lock(id)                       item_locks rows
//     lane(space, name, last)             the newest number of each lane; see Transaction::put_in_lanes()
//     numbers                             a sequence, from which the lanes' numbers come
//     process(id, name, until, note)      the processes that have leases, until when they have them
//     lease(name, process, fence)         the leases that processes have; see Lease
//     fences                              a sequence, from which fences and the numbers of processes come
//     space(id, rows)                     the table that has the rows of each space, by its name
//     dropped(rows, since)                tables of dropped spaces, which older snapshots may still read
//     space_ID_COMMIT(head, digest, tail, size, value)
//
// A key is its first max_head_bytes bytes (head) and the rest (tail), which is empty for nearly all keys. A
// b-tree of PostgreSQL takes no more than 2,704 bytes, and the longest keys of tables and indexes have many
// more. The primary key is the head and the SHA-256 digest of the tail, empty if the tail is. Its index finds
// single rows, and has the rows in the order of their heads; rows with the same head, which are few, are
// sorted by their tails when they are read.
//
// The name of a table has the number of the commit that made it, so a space that is dropped and made again
// gets a new table.

// Who waits for whom: a transaction that writes alone locks all gates for itself. One that writes beside
// others takes a shared lock on any one gate, and for each row that it reads or writes it locks the row of
// item_lock that stands for it. All locks are held until the transaction ends. Row locks that are taken in
// ascending order cannot end in a deadlock, and even a row that does not exist can be locked.
//
// Numbers rise in the order of commits within a lane, because its row is locked from before they are drawn
// until the commit. The client waits for no answer in between, so the lock is held no longer than the commit
// takes. A number that a transaction draws while it writes alone is the greatest so far, and the sequence
// `numbers` continues after it.
//
// A lease is a row, and it is over when the row is gone: whoever finds a process whose time is over removes
// it with its leases. So a process renews all of them with one row. A transaction that depends on a lease
// locks the lease's row, and then nobody removes it before the transaction ends. A process that removes the
// rows of ended processes skips locked rows, and comes back to them.
//
// Layout 2 had one lease, lease(owner, until, fence), whose fence was also in moment and gate. Layout 1 had
// the table writer, with the columns of moment, and neither gate, item_lock, lane nor numbers. A server that
// knows only one of these layouts does not find a column or a table any more, so it cannot write past the
// locks.

inline constexpr std::size_t max_head_bytes = 2400;
inline constexpr int postgres_layout_version = 3;
inline constexpr int postgres_gates = 64;
inline constexpr int postgres_item_locks = 16'384;

/// Waits for all transactions that write, and keeps others from beginning.
inline constexpr const char* lock_all_gates = "SELECT 1 FROM gate ORDER BY id FOR UPDATE";

struct WantedLayout {
    std::string schema;
    /// The URL for messages.
    std::string shown;
    /// True if a layout that does not exist is refused, with StoreMissing, instead of made.
    bool must_exist = false;
};

/// Makes what is missing, and checks the version. Several processes may do so at the same time.
void prepare_layout(PostgresConnection& connection, const WantedLayout& wanted);

}  // namespace tailrace::storage
