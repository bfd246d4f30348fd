#pragma once

#include <atomic>

namespace tailrace::storage {

/// How long the log of a database file is, and how much of it is still to be moved to its place in the file.
/// When all of the log has been moved, SQLite writes the next commit at its beginning again. But while a
/// snapshot still reads the log, only what is older than the snapshot is moved, and nothing is overwritten.
class LogLength {
  public:
    /// Pages are moved once this many are not moved yet. The store's hook does this in place of SQLite's own
    /// hook, which has the same limit.
    static constexpr int max_unmoved = 1000;
    /// From this length on, there are no new snapshots, so that the log can begin again.
    static constexpr int max_pages_with_snapshots = 4 * max_unmoved;

    /// Called after each commit with the number of pages in the log.
    void set(int pages) {
        if (pages < pages_) moved_ = 0;
        pages_ = pages;
        pauses_.store(pages >= max_pages_with_snapshots, std::memory_order_relaxed);
    }
    /// Called after pages have been moved; `moved` counts from the beginning of the log.
    void set_moved(int moved) {
        moved_ = moved;
        if (moved_ < pages_) return;
        // New snapshots no longer read the log.
        pauses_.store(false, std::memory_order_relaxed);
        if (!has_snapshots_) pages_ = moved_ = 0;
    }
    /// Without snapshots, the log always begins again after all of it has been moved.
    void allow_snapshots() { has_snapshots_ = true; }
    int unmoved() const { return pages_ - moved_; }
    bool is_too_long() const { return unmoved() >= max_unmoved || pauses_.load(std::memory_order_relaxed); }
    /// True while there must be no new snapshots. For other threads, too.
    const std::atomic<bool>& pauses() const { return pauses_; }

  private:
    int pages_ = 0;
    int moved_ = 0;
    bool has_snapshots_ = false;
    std::atomic<bool> pauses_ = false;
};

}  // namespace tailrace::storage
