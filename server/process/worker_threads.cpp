#include "server/process/worker_threads.hpp"

#include <system_error>
#include <utility>

namespace tailrace::server {

WorkerThreads::WorkerThreads(std::size_t max_threads) : max_threads_(max_threads) {}

WorkerThreads::~WorkerThreads() {
    join();
}

void WorkerThreads::post(Work work) {
    const std::lock_guard lock(mutex_);
    add(std::move(work));
}

bool WorkerThreads::try_post(Work work) {
    const std::lock_guard lock(mutex_);
    if (!has_free_thread()) return false;
    try {
        add(std::move(work));
    } catch (const std::system_error&) {
        return false;
    }
    return true;
}

/// If a needed thread cannot be created, the work waits for one of the others.
void WorkerThreads::add(Work work) {
    if (busy_ + waiting_.size() >= threads_.size() && threads_.size() < max_threads_) {
        try {
            threads_.emplace_back([this] { run(); });
        } catch (const std::system_error&) {
            if (threads_.empty()) throw;
        }
    }
    waiting_.push_back(std::move(work));
    changed_.notify_one();
}

void WorkerThreads::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        Work work = std::move(waiting_.front());
        waiting_.pop_front();
        const auto noted = under_way_.insert(under_way_.end(), std::move(work.what));
        ++busy_;
        lock.unlock();
        work.function();
        work.function = nullptr;
        lock.lock();
        --busy_;
        under_way_.erase(noted);
    }
}

std::vector<std::string> WorkerThreads::under_way() const {
    const std::lock_guard lock(mutex_);
    return {under_way_.begin(), under_way_.end()};
}

void WorkerThreads::join() {
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        threads.swap(threads_);
    }
    changed_.notify_all();
    for (std::thread& thread : threads) thread.join();
}

}  // namespace tailrace::server
