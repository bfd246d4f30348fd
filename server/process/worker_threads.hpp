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

/// Threads for work that may block. Each is made when work comes and none of the others is free, up to a
/// bound: most servers never have any. Everything may be called from any thread.
class WorkerThreads {
  public:
    explicit WorkerThreads(std::size_t most_threads);
    /// Waits for what is under way.
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    /// `what` it is, for people: "POST /_tailrace/streams/drain". `function` does not throw.
    struct Work {
        std::string what;
        std::function<void()> function;
    };

    /// Has the work done by the next thread that is free. Throws std::system_error when there is none and
    /// none can be made.
    void post(Work work);
    /// The same where a thread is free or may be made at once; else false.
    bool try_post(Work work);

    /// What has begun and not ended.
    std::vector<std::string> under_way() const;
    /// Waits until all is done; nothing may be posted after it.
    void join();

  private:
    bool has_free_thread() const { return busy_ + waiting_.size() < most_threads_; }
    void add(Work work);
    void run();

    const std::size_t most_threads_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
    std::size_t busy_ = 0;
    std::deque<Work> waiting_;
    std::list<std::string> under_way_;
    std::vector<std::thread> threads_;
};

}  // namespace tailrace::server
