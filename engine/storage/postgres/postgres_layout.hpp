#pragma once

#include <string>

#include "engine/storage/open_store.hpp"
#include "engine/storage/postgres/postgres_connection.hpp"

namespace tailrace::storage {

// How a store lies in a schema of PostgreSQL.
//
//     layout(version)                     one row
//     writer(commits, catalogue, fence)   one row, which a transaction that writes locks from its beginning
//                                         to its end; see StoreVersion
//     lease(owner, until, fence)          one row; see Lease
//     space(id, rows)                     the table that has the rows of each space, by its name
//     dropped(rows, since)                tables of dropped spaces, which older snapshots may still read
//     space_ID_COMMIT(head, digest, tail, size, value)
//
// A key is its first max_head_bytes bytes (head) and the rest (tail), which is empty for nearly all keys. A
// b-tree of PostgreSQL takes no more than 2,704 bytes, and the longest keys of tables and indexes have many
// more. The primary key is the head and the SHA-256 digest of the tail, empty if the tail is. It finds a row,
// and it has the rows in the order of their heads; rows with the same head, which are few, are sorted by
// their tails when they are read.
//
// The name of a table has the number of the commit that made it, so a space that is dropped and made again
// is another table.

inline constexpr std::size_t max_head_bytes = 2400;
inline constexpr int postgres_layout_version = 1;

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
