#include "stream/mapping/dispatch_threads.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "engine/model/clock.hpp"

namespace tailrace::stream {
namespace {

/// The longest time that a thread waits before it checks again.
constexpr std::chrono::microseconds max_wait = std::chrono::hours(1);

}  // namespace

DispatchThreads::~DispatchThreads() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    woken_.notify_all();
    watching_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void DispatchThreads::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        make_due_ones_ready();
        if (!ready_.empty()) {
            MappingThreads& next = *ready_.front();
            ready_.pop_front();
            work(lock, next);
        } else if (is_ending_) {
            return;
        } else {
            wait(lock);
        }
    }
}

/// Does one piece of work for a mapping, which then queues again.
void DispatchThreads::work(std::unique_lock<std::mutex>& lock, MappingThreads& mapping) {
    mapping.is_ready_ = false;
    mapping.is_called_ = false;
    mapping.due_.reset();
    ++mapping.working_;
    lock.unlock();
    const bool has_worked = mapping.work_();
    lock.lock();
    --mapping.working_;
    if (has_worked || mapping.is_called_) make_ready(mapping);
    // The mapping may be destroyed as soon as the lock is released.
    if (mapping.is_stopped_ && mapping.working_ == 0) work_ended_.notify_all();
}

/// One of the waiting threads watches the time.
void DispatchThreads::wait(std::unique_lock<std::mutex>& lock) {
    const auto due = first_due();
    if (due && !watched_until_) {
        watched_until_ = due;
        watching_.wait_until(lock, *due);
        watched_until_.reset();
    } else {
        ++idle_;
        woken_.wait(lock);
        --idle_;
    }
}

std::optional<DispatchThreads::Moment> DispatchThreads::first_due() const {
    std::optional<Moment> first;
    for (const MappingThreads* mapping : mappings_) {
        if (mapping->due_ && (!first || *mapping->due_ < *first)) first = mapping->due_;
    }
    return first;
}

void DispatchThreads::make_due_ones_ready() {
    const auto due = first_due();
    if (!due) return;
    const Moment now = steady_time();
    if (*due > now) return;
    for (MappingThreads* mapping : mappings_) {
        if (!mapping->due_ || *mapping->due_ > now) continue;
        mapping->due_.reset();
        make_ready(*mapping);
    }
}

/// Queues a mapping. Returns false if it is queued already, or if no further thread may work for it. In the
/// latter case a thread that already works for it checks again.
bool DispatchThreads::make_ready(MappingThreads& mapping) {
    if (mapping.is_ready_ || mapping.is_stopped_) return false;
    const bool has_thread = mapping.working_ > 0;
    if (has_thread && (mapping.working_ >= mapping.lanes_ || busy_ >= max_calls_)) {
        mapping.is_called_ = true;
        return false;
    }
    ready_.push_back(&mapping);
    mapping.is_ready_ = true;
    return true;
}

/// Wakes or creates a thread for the queued mappings. A thread that is neither busy nor waiting takes them
/// anyway.
void DispatchThreads::wake_one() {
    if (idle_ > 0) {
        woken_.notify_one();
    } else if (watched_until_) {
        watching_.notify_one();
    } else if (busy_ == threads_.size()) {
        add_thread();
    }
}

/// Called when a thread is about to be busy. Another thread then takes care of the queued mappings and of
/// those that will be due. Without another thread, they wait until this one is back.
void DispatchThreads::look_after_rest() {
    try {
        if (!ready_.empty() || (!watched_until_ && first_due())) wake_one();
    } catch (const std::system_error&) {
        return;
    }
}

void DispatchThreads::add_thread() {
    threads_.emplace_back([this] { run(); });
}

MappingThreads::MappingThreads(DispatchThreads& threads, std::function<bool()> work)
    : threads_(threads), work_(std::move(work)) {
    const std::lock_guard lock(threads_.mutex_);
    threads_.mappings_.push_back(this);
}

MappingThreads::~MappingThreads() {
    stop();
    const std::lock_guard lock(threads_.mutex_);
    std::erase(threads_.mappings_, this);
}

void MappingThreads::call() {
    const std::lock_guard lock(threads_.mutex_);
    if (!threads_.make_ready(*this)) return;
    try {
        threads_.wake_one();
    } catch (const std::system_error&) {
        if (!threads_.threads_.empty()) return;  // One of them takes it later.
        std::erase(threads_.ready_, this);
        is_ready_ = false;
        throw;
    }
}

void MappingThreads::call_after(std::optional<std::chrono::microseconds> time) {
    const std::lock_guard lock(threads_.mutex_);
    due_.reset();
    if (!time || is_stopped_) return;
    due_ = steady_time() + std::min(*time, max_wait);
    // The watching thread checks the time again. If no thread watches, this one is the next to wait.
    if (threads_.watched_until_ && *due_ < *threads_.watched_until_) threads_.watching_.notify_one();
}

void MappingThreads::stop() {
    std::unique_lock lock(threads_.mutex_);
    is_stopped_ = true;
    is_ready_ = false;
    due_.reset();
    std::erase(threads_.ready_, this);
    threads_.work_ended_.wait(lock, [this] { return working_ == 0; });
}

MappingThreads::Busy::Busy(MappingThreads& mapping, std::size_t lanes) : threads_(mapping.threads_) {
    const std::lock_guard lock(threads_.mutex_);
    ++threads_.busy_;
    mapping.lanes_ = std::clamp<std::size_t>(lanes, 1, max_threads);
    threads_.make_ready(mapping);
    threads_.look_after_rest();
}

MappingThreads::Busy::~Busy() {
    const std::lock_guard lock(threads_.mutex_);
    --threads_.busy_;
}

}  // namespace tailrace::stream
