#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

namespace boost::asio {
class thread_pool;
}

namespace tailrace::server {

/// Threads for work that may block. They are made when the first work comes, for most servers never have any.
class WorkerThreads {
  public:
    explicit WorkerThreads(std::size_t threads);
    /// Waits for what is under way.
    ~WorkerThreads();

    /// Has the work done by the next thread that is free. From any thread; `work` does not throw.
    void post(std::function<void()> work);
    /// Waits until all is done; nothing may be posted after it.
    void join();

  private:
    const std::size_t threads_;
    std::once_flag made_;
    std::unique_ptr<boost::asio::thread_pool> pool_;
};

}  // namespace tailrace::server
