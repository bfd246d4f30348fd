#include "server/http/body_memory.hpp"

#include <utility>

namespace tailrace::server {

bool BodyMemory::try_take(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty() || bytes > free_bytes_) return false;
    free_bytes_ -= bytes;
    return true;
}

std::uint64_t BodyMemory::wait(std::uint64_t bytes, std::function<void()> granted) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({++last_number_, bytes, std::move(granted)});
    const std::uint64_t number = last_number_;
    grant();
    return number;
}

bool BodyMemory::leave(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    if (std::erase_if(waiting_, [&](const Waiting& each) { return each.number == number; }) == 0)
        return false;
    // Those that come after it may need less.
    grant();
    return true;
}

void BodyMemory::give_back(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    free_bytes_ += bytes;
    grant();
}

void BodyMemory::grant() {
    while (!waiting_.empty() && waiting_.front().bytes <= free_bytes_) {
        free_bytes_ -= waiting_.front().bytes;
        const std::function<void()> granted = std::move(waiting_.front().granted);
        waiting_.pop_front();
        granted();
    }
}

}  // namespace tailrace::server
