#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

#include "engine/storage/store.hpp"
#include "engine/table/session.hpp"

namespace tailrace::table {

class Database;

/// One commit for several requests. The database runs them as the parts of one transaction; their answers
/// are true only once it is committed, so they wait for finish().
class SharedCommit {
  public:
    SharedCommit(Database& database, std::unique_ptr<storage::Transaction> transaction)
        : database_(database), transaction_(std::move(transaction)) {}

    /// Commits, unless another request has done so. Throws StorageError if the commit failed: then nothing
    /// of any of its requests is kept. The database must still exist.
    void finish();

  private:
    friend class Database;

    /// More parts than a turn of an event loop usually has. It bounds the log and the memory of a commit.
    static constexpr std::size_t max_parts = 256;

    Database& database_;
    // The rest is used under the database's lock. Null once it is committed, or has failed.
    std::unique_ptr<storage::Transaction> transaction_;
    std::exception_ptr failure_;
    LeftRows rows_;
};

}  // namespace tailrace::table
