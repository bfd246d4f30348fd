#include "engine/storage/committed_pages.hpp"

namespace tailrace::storage {
namespace {

/// A large request replaces about this many pages.
constexpr std::size_t pages_kept_free = 1024;

}  // namespace

std::unique_lock<std::mutex> CommittedPages::lock_for_commit() {
    std::unique_lock lock(mutex_);
    ++commits_;
    for (PagesSnapshot* each : snapshots_) each->let_go();
    return lock;
}

PagesSnapshot::PagesSnapshot(CommittedPages& committed) : committed_(committed) {
    const std::lock_guard lock(committed_.mutex_);
    committed_.snapshots_.push_back(this);
}

PagesSnapshot::~PagesSnapshot() {
    const std::lock_guard lock(committed_.mutex_);
    std::erase(committed_.snapshots_, this);
}

bool PagesSnapshot::begin() {
    const PageBudget* budget = committed_.pages_.budget();
    if (budget != nullptr && !budget->has_room_for(pages_kept_free)) return false;
    const std::lock_guard lock(committed_.mutex_);
    if (!has_pages_ || commit_ != committed_.commits_) {
        pages_.emplace(committed_.pages_.fork());
        has_pages_ = true;
        commit_ = committed_.commits_;
        ++version_;
    }
    is_in_use_.store(true, std::memory_order_relaxed);
    return true;
}

void PagesSnapshot::let_go() {
    if (!has_pages_ || is_in_use_.load(std::memory_order_acquire)) return;
    pages_.emplace();
    has_pages_ = false;
}

}  // namespace tailrace::storage
