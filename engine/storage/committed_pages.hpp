#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/storage/shared_pages.hpp"

namespace tailrace::storage {

class PagesSnapshot;

/// Gives readers in other threads the pages of a database in memory as they were last committed. The database
/// writes its pages only while it commits, so everything that a transaction does before that needs no lock.
class CommittedPages {
  public:
    /// `pages` outlive this object.
    explicit CommittedPages(const SharedPages& pages) : pages_(pages) {}

    /// The writer holds the lock while it writes pages, and until they are committed or rolled back. First
    /// releases the pages of snapshots that are not in use, so that they need not be copied.
    std::unique_lock<std::mutex> lock_for_commit();

  private:
    friend class PagesSnapshot;

    const SharedPages& pages_;
    std::mutex mutex_;
    std::vector<PagesSnapshot*> snapshots_;
    /// Counts the calls of lock_for_commit().
    std::uint64_t commits_ = 0;
};

/// The pages that one reader sees. One thread at a time may use it.
class PagesSnapshot {
  public:
    explicit PagesSnapshot(CommittedPages& committed);
    ~PagesSnapshot();
    PagesSnapshot(const PagesSnapshot&) = delete;
    PagesSnapshot& operator=(const PagesSnapshot&) = delete;

    /// From now on, pages() are those of the last commit, and do not change until end(). Returns false, and
    /// begins nothing, if a limit on memory is nearly reached. While a snapshot has a page, a write that
    /// replaces it needs another page, and would be refused.
    bool begin();
    void end() noexcept { is_in_use_.store(false, std::memory_order_release); }

    /// The same object each time.
    SharedPages& pages() { return *pages_; }
    /// Its value differs whenever the pages differ. The same object each time.
    const std::uint32_t& version() const { return version_; }

  private:
    friend class CommittedPages;

    void let_go();

    CommittedPages& committed_;
    /// The mutex is held when this becomes true.
    std::atomic<bool> is_in_use_ = false;
    /// Never nullopt. Has no pages after let_go().
    std::optional<SharedPages> pages_ = SharedPages();
    std::uint32_t version_ = 0;
    bool has_pages_ = false;
    /// The number of the commit whose pages these are.
    std::uint64_t commit_ = 0;
};

}  // namespace tailrace::storage
