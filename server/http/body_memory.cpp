#include "server/http/body_memory.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tailrace::server {

bool BodyMemory::try_grow(Share& share, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    // A share without memory queues after those that already wait.
    const bool has_to_queue = share.bytes_ == 0 && !waiting_.empty();
    if (has_to_queue || !may_grow(share, bytes)) return false;
    grow(share, bytes);
    return true;
}

void BodyMemory::wait(Share& share, std::uint64_t bytes, std::function<void()> granted) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({&share, bytes, std::move(granted)});
    grant();
}

bool BodyMemory::leave(const Share& share) {
    const std::lock_guard lock(mutex_);
    if (std::erase_if(waiting_, [&](const Waiting& each) { return each.share == &share; }) == 0) return false;
    // Those behind it in the queue may need less.
    grant();
    return true;
}

void BodyMemory::give_back(Share& share) {
    const std::lock_guard lock(mutex_);
    if (share.bytes_ == 0) return;
    holding_.remove(&share);
    free_bytes_ += std::exchange(share.bytes_, 0);
    grant();
}

bool BodyMemory::may_grow(const Share& share, std::uint64_t bytes) const {
    const std::uint64_t more = bytes - share.bytes_;
    if (more > free_bytes_) return false;
    std::uint64_t left = free_bytes_ - more;
    // The usual case: this body can finish now. After that, every body that could finish before still can.
    if (share.max_bytes_ - bytes <= left) return true;
    // Otherwise the bodies that need the least finish first, and each gives back what it has, until this one
    // can finish.
    std::vector<const Share*> others(holding_.begin(), holding_.end());
    std::erase(others, &share);
    std::ranges::sort(others, {}, [](const Share* each) { return each->max_bytes_ - each->bytes_; });
    for (const Share* each : others) {
        if (each->max_bytes_ - each->bytes_ > left) return false;
        left += each->bytes_;
        if (share.max_bytes_ - bytes <= left) return true;
    }
    return false;
}

void BodyMemory::grow(Share& share, std::uint64_t bytes) {
    if (share.bytes_ == 0) holding_.push_back(&share);
    free_bytes_ -= bytes - share.bytes_;
    share.bytes_ = bytes;
}

void BodyMemory::grant() {
    bool has_passed_one = false;
    for (auto each = waiting_.begin(); each != waiting_.end();) {
        const bool has_to_queue = each->share->bytes_ == 0 && has_passed_one;
        if (has_to_queue || !may_grow(*each->share, each->bytes)) {
            has_passed_one = true;
            ++each;
            continue;
        }
        grow(*each->share, each->bytes);
        const std::function<void()> granted = std::move(each->granted);
        each = waiting_.erase(each);
        granted();
    }
}

}  // namespace tailrace::server
