// How a mapping ends.

#include "stream/mapping/event_source_mapping.hpp"

#include <mutex>
#include <thread>
#include <vector>

namespace tailrace::stream {

void EventSourceMapping::begin_stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    changed_.notify_all();
}

void EventSourceMapping::stop() {
    begin_stop();
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(mutex_);
        threads.swap(threads_);
    }
    for (std::thread& thread : threads) thread.join();
}

bool EventSourceMapping::is_calling() const {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    return !lock || in_flight_ > 0;
}

void EventSourceMapping::stop_and_forget() {
    stop();
    journal_.erase();
}

}  // namespace tailrace::stream
