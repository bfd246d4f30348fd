#include "engine/storage/shared_pages.hpp"

#include <algorithm>
#include <cstring>

#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// The memory of all rows comes from here.
Hold<SharedPages::Page> SharedPages::make_page(Need need) {
    auto page = std::make_unique_for_overwrite<Page>();
    if (budget_ != nullptr) {
        if (need != Need::further) {
            budget_->take_for_now();
        } else if (!budget_->take()) {
            throw MemoryLimitReached(budget_->refusal());
        }
        page->budget = budget_.get();
    }
    return Hold<Page>(std::move(page));
}

SharedPages SharedPages::fork() const {
    SharedPages fork(budget_);
    fork.chunks_ = chunks_;
    fork.page_count_ = committed_count_;
    fork.committed_count_ = committed_count_;
    return fork;
}

const std::byte* SharedPages::page(std::size_t offset) const {
    const Page* found = find(offset / page_bytes);
    return found != nullptr ? found->bytes.data() : nullptr;
}

bool SharedPages::read(std::size_t offset, std::span<std::byte> bytes) const {
    while (!bytes.empty()) {
        const Page* found = find(offset / page_bytes);
        if (found == nullptr) {
            std::ranges::fill(bytes, std::byte{0});
            return false;
        }
        const std::size_t begin = offset % page_bytes;
        const std::size_t length = std::min(bytes.size(), page_bytes - begin);
        std::memcpy(bytes.data(), found->bytes.data() + begin, length);
        offset += length;
        bytes = bytes.subspan(length);
    }
    return true;
}

void SharedPages::write(std::size_t offset, std::span<const std::byte> bytes) {
    while (page_count_ * page_bytes < offset + bytes.size()) add_page();
    while (!bytes.empty()) {
        const std::size_t begin = offset % page_bytes;
        const std::size_t length = std::min(bytes.size(), page_bytes - begin);
        write_page(offset / page_bytes, begin, bytes.first(length));
        offset += length;
        bytes = bytes.subspan(length);
    }
}

void SharedPages::write_page(std::size_t number, std::size_t begin, std::span<const std::byte> bytes) {
    Hold<Page>& place = own_place(number);
    // An uncommitted page belongs to this object alone. A committed one is kept until the next commit.
    if (number < committed_count_) {
        Hold<Page> page = take_page(place.is_only() ? Need::replacing : Need::further);
        if (bytes.size() < page_bytes) page->bytes = place->bytes;
        replaced_.push_back({number, std::move(page)});
        std::swap(place, replaced_.back().page);
    }
    std::memcpy(place->bytes.data() + begin, bytes.data(), bytes.size());
}

/// Returns the place of a page, after copying its chunk if that is shared.
Hold<SharedPages::Page>& SharedPages::own_place(std::size_t number) {
    Hold<Chunk>& chunk = chunks_[number / chunk_pages];
    if (!chunk.is_only()) chunk = Hold<Chunk>(std::make_unique<Chunk>(*chunk));
    return chunk->pages[number % chunk_pages];
}

Hold<SharedPages::Page> SharedPages::take_page(Need need) {
    if (spare_count_ == 0) return make_page(need);
    return std::move(spares_[--spare_count_]);
}

void SharedPages::add_page() {
    Hold<Page> page = take_page(page_count_ < pages_when_empty ? Need::beginning : Need::further);
    page->bytes.fill(std::byte{0});
    if (page_count_ == chunks_.size() * chunk_pages)
        chunks_.push_back(Hold<Chunk>(std::make_unique<Chunk>()));
    own_place(page_count_) = std::move(page);
    ++page_count_;
}

void SharedPages::commit() noexcept {
    for (Replaced& each : replaced_) {
        if (spare_count_ == max_spares) break;
        if (each.page.is_only()) spares_[spare_count_++] = std::move(each.page);
    }
    replaced_.clear();
    constexpr std::size_t kept_capacity = 256;
    if (replaced_.capacity() > kept_capacity) replaced_ = {};
    committed_count_ = page_count_;
}

void SharedPages::roll_back() noexcept {
    for (; !replaced_.empty(); replaced_.pop_back()) {
        // The chunk became this object's own when the page was written.
        Replaced& last = replaced_.back();
        chunks_[last.number / chunk_pages]->pages[last.number % chunk_pages] = std::move(last.page);
    }
    // Uncommitted pages that remain in the last chunk are replaced when the database grows again.
    chunks_.resize((committed_count_ + chunk_pages - 1) / chunk_pages);
    page_count_ = committed_count_;
}

void SharedPages::free_spares() noexcept {
    spares_ = {};
    spare_count_ = 0;
}

}  // namespace tailrace::storage
