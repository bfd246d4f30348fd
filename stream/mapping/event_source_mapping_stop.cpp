// How a mapping stops.

#include "stream/mapping/event_source_mapping.hpp"

#include <mutex>
#include <string>

namespace tailrace::stream {

void EventSourceMapping::begin_stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

void EventSourceMapping::stop(Kept kept) {
    begin_stop();
    threads_.stop();
    if (kept == Kept::nothing) journal_.erase();
}

std::string EventSourceMapping::call_under_way() const {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    return lock && in_flight_ == 0 ? std::string() : name_with(options_.function_arn);
}

}  // namespace tailrace::stream
