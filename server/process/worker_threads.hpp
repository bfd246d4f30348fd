#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tailrace::server {

/// Threads for work that may block. A thread is created when work comes and no other is free, up to a limit,
/// so most servers never have any. Everything may be called from any thread.
class WorkerThreads {
  public:
    explicit WorkerThreads(std::size_t max_threads);
    /// Calls join().
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    /// `what` describes the work for people: "POST /_tailrace/streams/drain". `function` must not throw.
    struct Work {
        std::string what;
        std::function<void()> function;
    };

    /// Gives the work to the next free thread. Throws std::system_error if there is no thread and none can be
    /// created.
    void post(Work work);
    /// Does the same if a thread is free or can be created at once. Returns false if not.
    bool try_post(Work work);

    /// Returns the work that has begun and not ended.
    std::vector<std::string> under_way() const;
    /// Waits until all work is done. Nothing may be posted afterwards.
    void join();

  private:
    bool has_free_thread() const { return busy_ + waiting_.size() < max_threads_; }
    void add(Work work);
    void run();

    const std::size_t max_threads_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
    std::size_t busy_ = 0;
    std::deque<Work> waiting_;
    std::list<std::string> under_way_;
    std::vector<std::thread> threads_;
};

}  // namespace tailrace::server
