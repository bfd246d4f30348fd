#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/storage/page_budget.hpp"

namespace tailrace::storage {

/// The base of an object that `Hold`s refer to. It counts them. They may come and go in several threads at
/// once.
class Held {
  public:
    Held() = default;
    /// A copy is a new object, which nobody holds yet.
    Held(const Held&) noexcept {}
    Held& operator=(const Held&) = delete;

  private:
    template <typename Object>
    friend class Hold;
    std::atomic<std::uint32_t> holds_{0};
};

/// A reference to an object that several share; the last one deletes it. It is half as large as a shared_ptr,
/// which matters because a database has one for each page.
template <typename Object>
class Hold {
  public:
    Hold() = default;
    explicit Hold(std::unique_ptr<Object> object) noexcept : object_(object.release()) { add(); }
    Hold(const Hold& other) noexcept : object_(other.object_) { add(); }
    Hold(Hold&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Hold& operator=(Hold other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Hold() {
        if (object_ != nullptr && object_->holds_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete object_;
    }

    Object* get() const { return object_; }
    Object* operator->() const { return object_; }
    Object& operator*() const { return *object_; }
    /// True if this is the only hold. Then no other thread can make one.
    bool is_only() const { return object_->holds_.load(std::memory_order_acquire) == 1; }

  private:
    void add() {
        if (object_ != nullptr) object_->holds_.fetch_add(1, std::memory_order_relaxed);
    }

    Object* object_ = nullptr;
};

/// The bytes of a database in memory, in pages. A fork shares the pages; a write to a shared page gives the
/// writer a copy of its own. So a fork costs 8 bytes for each MB. The first write to a shared MB costs 1 KB
/// in addition to the copied page.
///
/// With a budget, a write is refused if the budget has no room for it. Two kinds of writes are never refused.
/// One replaces a page that is not shared: it needs more memory only until it is committed. So existing data
/// can always be changed and removed. The other writes the pages of an empty database, which can therefore
/// always be opened and read.
///
/// One thread at a time may use an object; other threads may use forks of it at the same time.
class SharedPages {
  public:
    /// Without a budget, there is no limit.
    explicit SharedPages(std::shared_ptr<PageBudget> budget = nullptr) : budget_(std::move(budget)) {}
    SharedPages(SharedPages&&) = default;
    SharedPages& operator=(SharedPages&&) = delete;

    /// The same pages as they were committed. There must be no uncommitted writes.
    SharedPages fork() const;

    std::size_t size_bytes() const { return page_count_ * page_bytes; }
    /// The page that begins at `offset`; null if that is beyond the end. Valid until the page is written.
    const std::byte* page(std::size_t offset) const;
    /// Copies bytes from `offset` on. Returns false if some are beyond the end; those are zero.
    bool read(std::size_t offset, std::span<std::byte> bytes) const;

    /// Fills a gap between the end and `offset` with zeros. Throws std::bad_alloc, and MemoryLimitReached if
    /// the budget has no room.
    void write(std::size_t offset, std::span<const std::byte> bytes);
    /// Keeps what has been written since the last commit.
    void commit() noexcept;
    /// Undoes what has been written since the last commit.
    void roll_back() noexcept;
    /// Frees the memory that is kept for the next writes.
    void free_spares() noexcept;
    /// Null if there is no limit.
    const PageBudget* budget() const { return budget_.get(); }

  private:
    struct Page : Held {
        Page() = default;
        Page(const Page&) = delete;
        Page& operator=(const Page&) = delete;
        ~Page() {
            if (budget != nullptr) budget->give_back();
        }

        /// The budget that counts the page; null for none. The objects that have the page keep the budget
        /// alive.
        PageBudget* budget = nullptr;
        alignas(8) std::array<std::byte, page_bytes> bytes;
    };
    static constexpr std::size_t chunk_pages = 128;
    struct Chunk : Held {
        std::array<Hold<Page>, chunk_pages> pages;
    };
    struct Replaced {
        std::size_t number;
        Hold<Page> page;
    };
    /// The number of unneeded pages that are kept for the next writes. A BatchWriteItem of 25 items in a
    /// large table replaces about 30 pages.
    static constexpr std::size_t max_spares = 32;

    /// The pages of a database that has no rows: its header and its catalogue.
    static constexpr std::size_t pages_when_empty = 2;

    enum class Need { beginning, further, replacing };

    Hold<Page> make_page(Need need);
    const Page* find(std::size_t number) const {
        if (number >= page_count_) return nullptr;
        return chunks_[number / chunk_pages]->pages[number % chunk_pages].get();
    }
    Hold<Page>& own_place(std::size_t number);
    Hold<Page> take_page(Need need);
    void write_page(std::size_t number, std::size_t begin, std::span<const std::byte> bytes);
    void add_page();

    /// Outlives the pages.
    std::shared_ptr<PageBudget> budget_;
    std::vector<Hold<Chunk>> chunks_;
    std::size_t page_count_ = 0;
    std::size_t committed_count_ = 0;
    /// The committed pages that have been written since, in order. A page may occur twice.
    std::vector<Replaced> replaced_;
    std::array<Hold<Page>, max_spares> spares_;
    std::size_t spare_count_ = 0;
};

}  // namespace tailrace::storage
