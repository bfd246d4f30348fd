#include "engine/storage/transaction_ends.hpp"

namespace tailrace::storage {

TransactionEnds::TransactionEnds(sqlite3* connection)
    : connection_(connection),
      begin_(prepare(connection, "BEGIN IMMEDIATE")),
      commit_(prepare(connection, "COMMIT")),
      roll_back_(prepare(connection, "ROLLBACK")) {}

/// Nothing can be done if this fails: SQLite has then already rolled back.
void TransactionEnds::roll_back() noexcept {
    sqlite3_step(Use(roll_back_).get());
}

void TransactionEnds::begin_part() {
    if (!begin_part_) {
        keep_part_ = prepare(connection_, "RELEASE part");
        undo_part_ = prepare(connection_, "ROLLBACK TO part");
        begin_part_ = prepare(connection_, "SAVEPOINT part");
    }
    Use(begin_part_).run("beginning a part of a transaction");
}

bool TransactionEnds::undo_part() noexcept {
    return sqlite3_get_autocommit(connection_) == 0 && sqlite3_step(Use(undo_part_).get()) == SQLITE_DONE &&
           sqlite3_step(Use(keep_part_).get()) == SQLITE_DONE;
}

}  // namespace tailrace::storage
