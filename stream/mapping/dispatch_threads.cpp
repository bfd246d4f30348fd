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
    set_due(mapping, std::nullopt);
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
    if (!due_.empty() && !watched_until_) {
        const Moment due = due_.begin()->first;
        watched_until_ = due;
        watching_.wait_until(lock, due);
        watched_until_.reset();
    } else {
        ++idle_;
        woken_.wait(lock);
        --idle_;
    }
}

void DispatchThreads::set_due(MappingThreads& mapping, std::optional<Moment> due) {
    if (mapping.due_) due_.erase({*mapping.due_, &mapping});
    mapping.due_ = due;
    if (due) due_.emplace(*due, &mapping);
}

void DispatchThreads::make_due_ones_ready() {
    if (due_.empty()) return;
    const Moment now = steady_time();
    while (!due_.empty() && due_.begin()->first <= now) {
        MappingThreads& mapping = *due_.begin()->second;
        set_due(mapping, std::nullopt);
        make_ready(mapping);
    }
}

/// Queues a mapping. Returns false if it is queued already. Also returns false if no further thread may work
/// for it: a thread that already works for it then checks again.
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
        if (!ready_.empty() || (!watched_until_ && !due_.empty())) wake_one();
    } catch (const std::system_error&) {
        return;
    }
}

void DispatchThreads::add_thread() {
    threads_.emplace_back([this] { run(); });
}

MappingThreads::MappingThreads(DispatchThreads& threads, std::function<bool()> work)
    : threads_(threads), work_(std::move(work)) {}

MappingThreads::~MappingThreads() {
    stop();
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
    threads_.set_due(*this, std::nullopt);
    if (!time || is_stopped_) return;
    threads_.set_due(*this, steady_time() + std::min(*time, max_wait));
    // The watching thread checks the time again. If no thread watches, this one is the next to wait.
    if (threads_.watched_until_ && *due_ < *threads_.watched_until_) threads_.watching_.notify_one();
}

void MappingThreads::stop() {
    std::unique_lock lock(threads_.mutex_);
    is_stopped_ = true;
    is_ready_ = false;
    threads_.set_due(*this, std::nullopt);
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
