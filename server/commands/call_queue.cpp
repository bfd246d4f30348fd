#include "server/commands/call_queue.hpp"

#include <utility>

#include "server/wire/wire_request.hpp"

namespace tailrace::server {

CallQueue::CallQueue(Work work, Send send)
    : work_(std::move(work)), send_(std::move(send)), thread_([this] { run(); }) {}

CallQueue::~CallQueue() {
    {
        const std::lock_guard lock(mutex_);
        is_complete_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void CallQueue::add(McpMessage call, std::size_t size_bytes) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return has_room(size_bytes); });
        waiting_bytes_ += size_bytes;
        waiting_.push_back({std::move(call), size_bytes});
    }
    changed_.notify_all();
}

void CallQueue::cancel(const boost::json::value& id) {
    const std::lock_guard lock(mutex_);
    if (running_id_ == id) stop_.request_stop();
    std::erase_if(waiting_, [&](const Waiting& each) {
        if (each.call.id != id) return false;
        waiting_bytes_ -= each.size_bytes;
        return true;
    });
}

/// One call may wait, whatever its size.
bool CallQueue::has_room(std::size_t size_bytes) const {
    return waiting_.empty() ||
           (waiting_.size() < max_waiting && waiting_bytes_ + size_bytes <= max_body_bytes);
}

void CallQueue::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return is_complete_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        const McpMessage call = std::move(waiting_.front().call);
        waiting_bytes_ -= waiting_.front().size_bytes;
        waiting_.pop_front();
        running_id_ = call.id;
        stop_ = std::stop_source();
        const std::stop_token stop = stop_.get_token();
        lock.unlock();
        changed_.notify_all();
        const McpReply reply = work_(call, stop);
        lock.lock();
        running_id_ = nullptr;
        if (stop.stop_requested()) continue;
        lock.unlock();
        send_(reply);
        lock.lock();
    }
}

}  // namespace tailrace::server
