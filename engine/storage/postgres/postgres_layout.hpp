#pragma once

#include <string>

#include "engine/storage/open_store.hpp"
#include "engine/storage/postgres/postgres_connection.hpp"

namespace tailrace::storage {

// How a store lies in a schema of PostgreSQL.
//
//     layout(version)                     one row
//     moment(commits, catalogue, fence)   one row; see StoreVersion
//     gate(id, catalogue, fence)          gates rows, each with the same numbers as the row of moment
//     item_lock(id)                       item_locks rows
//     lane(space, name, last)             the newest number of each lane; see Transaction::draw_in_lanes()
//     numbers                             a sequence, from which the lanes' numbers come
//     lease(owner, until, fence)          one row; see Lease
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
// until the commit. A number that is drawn alone is the greatest so far, and `numbers` goes on after it.
//
// Layout 1 had the table writer, with the columns of moment, and neither gate, item_lock, lane nor numbers. A
// server that knows only layout 1 does not find that table any more, so it cannot write past the locks.

inline constexpr std::size_t max_head_bytes = 2400;
inline constexpr int postgres_layout_version = 2;
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
