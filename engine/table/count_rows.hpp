#pragma once

#include <cstddef>
#include <string>

#include "engine/storage/store.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

// Counts in a store whose transactions write beside each other. Each of those transactions adds what it
// changes to rows of its own, and the counts are the sum; see Transaction::addend(). A transaction that
// writes alone saves the sum in the row "counts/" and erases the rows. A store with one process has only that
// row.
//
//     catalogue row := "added/" space "/" place "/" ("items" | "bytes") "/" addend -> a number in decimal

/// The counts of a table and its indexes: `places` in all.
Counts load_counts(storage::ReadTransaction& transaction, storage::SpaceId table, std::size_t places);
/// The rows that a transaction adds to.
struct CountAddends {
    CountAddends(const storage::Transaction& transaction, storage::SpaceId table, std::size_t place);
    std::string items;
    std::string bytes;
};
void add_counts(storage::Transaction& transaction, storage::SpaceId table, std::size_t place,
                const Count& difference);
void save_counts(storage::Transaction& transaction, storage::SpaceId table, const Counts& counts);
/// Erases a table's rows "added/". The caller erases its row "counts/".
void erase_addends(storage::Transaction& transaction, storage::SpaceId table);
/// Saves the sums of all tables in their rows "counts/", because a store with one process reads only those.
void sum_counts(storage::Transaction& transaction);
/// The same, in a transaction of its own.
void sum_counts(storage::Store& store);

}  // namespace tailrace::table
