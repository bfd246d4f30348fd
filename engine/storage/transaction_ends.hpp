#pragma once

#include "engine/storage/sqlite_connection.hpp"

namespace tailrace::storage {

/// Begins and ends the transactions of one connection, and their parts.
class TransactionEnds {
  public:
    TransactionEnds() = default;
    /// The connection must outlive this object.
    explicit TransactionEnds(sqlite3* connection);

    void begin() { Use(begin_).run("beginning a transaction"); }
    void commit() { Use(commit_).run("committing a transaction"); }
    void roll_back() noexcept;

    /// From here on, undo_part() undoes what is written.
    void begin_part();
    void keep_part() { Use(keep_part_).run("keeping a part of a transaction"); }
    /// Returns false if SQLite has rolled back the whole transaction, as it does after some errors.
    bool undo_part() noexcept;

  private:
    sqlite3* connection_ = nullptr;
    Statement begin_;
    Statement commit_;
    Statement roll_back_;
    /// Prepared when they are first needed.
    Statement begin_part_;
    Statement keep_part_;
    Statement undo_part_;
};

}  // namespace tailrace::storage
