#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include "engine/storage/store.hpp"
#include "engine/table/session.hpp"

namespace tailrace::table {

class Database;

/// One commit for several requests. The database runs them as the parts of one transaction; their answers
/// are true only once it is committed, so they wait for finish().
class SharedCommit {
  public:
    /// `began` is the moment now.
    SharedCommit(Database& database, std::unique_ptr<storage::Transaction> transaction,
                 const CommittedMoment& began)
        : database_(database), transaction_(std::move(transaction)), began_(began) {}

    /// Commits, unless another request has done so. Throws StorageError if the commit failed: then nothing
    /// of any of its requests is kept. The database must still exist.
    void finish();
    /// The same, but leaves the commit to another request for a while.
    void wait();

  private:
    friend class Database;

    /// More parts than a turn of an event loop usually has. It bounds the log and the memory of a commit.
    static constexpr std::size_t max_parts = 256;

    /// Notes that it is committed, or has failed.
    void end();

    Database& database_;
    // The rest is used under the database's lock. Null once it is committed, or has failed.
    std::unique_ptr<storage::Transaction> transaction_;
    std::exception_ptr failure_;
    LeftRows rows_;
    const CommittedMoment began_;

    std::mutex mutex_;
    std::condition_variable ended_;
    bool has_ended_ = false;
};

}  // namespace tailrace::table
