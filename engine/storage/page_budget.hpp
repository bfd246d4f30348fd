#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

namespace tailrace::storage {

/// The size of a page of a new database. A file keeps the size that it was made with. A row with its value
/// has at most a quarter of a page (see LargeValues), so a page of 4 KB cannot hold the row of an item of 1
/// KB. With pages of 16 KB, writing a small item takes a third more instructions.
inline constexpr std::size_t page_bytes = 8192;

/// A limit on the pages of all stores in memory that share it. A page that several stores share counts once.
/// Thread-safe.
class PageBudget {
  public:
    /// `refusal` says, for people, why there is no room.
    PageBudget(std::size_t max_bytes, std::string refusal)
        : max_pages_(max_bytes / page_bytes), refusal_(std::move(refusal)) {}

    /// Counts one page more. Returns false, and counts nothing, if there is no room.
    bool take() noexcept {
        if (pages_.fetch_add(1, std::memory_order_relaxed) < max_pages_) return true;
        give_back();
        return false;
    }
    /// Counts one page more even if there is no room. For a page that is needed only until another page is
    /// given back, and for the pages of an empty store.
    void take_for_now() noexcept { pages_.fetch_add(1, std::memory_order_relaxed); }
    void give_back() noexcept { pages_.fetch_sub(1, std::memory_order_relaxed); }

    bool has_room_for(std::size_t pages) const noexcept {
        return pages_.load(std::memory_order_relaxed) + pages <= max_pages_;
    }

    const std::string& refusal() const { return refusal_; }

  private:
    const std::size_t max_pages_;
    const std::string refusal_;
    std::atomic<std::size_t> pages_ = 0;
};

}  // namespace tailrace::storage
