#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

namespace tailrace::stream {

/// An io_context and the thread that runs it. The thread begins with the first work that needs it.
/// Thread-safe.
class LoopThread {
  public:
    /// `on_error` is called with the text of each exception that work throws. The thread continues after it.
    explicit LoopThread(std::function<void(std::string_view text)> on_error);
    /// Calls join().
    ~LoopThread();
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;

    boost::asio::io_context& loop() { return loop_; }

    /// Gives the work to the thread. Throws std::system_error if it cannot begin.
    void post(std::function<void()> work);
    /// The same, but does not begin the thread: the work waits until post() begins it.
    void post_behind(std::function<void()> work);
    /// True if the thread has begun.
    bool has_begun();
    /// Waits until all work is done, if the thread has begun. Nothing may be posted afterwards.
    void join();

  private:
    void run();

    const std::function<void(std::string_view text)> on_error_;
    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::mutex mutex_;
    std::thread thread_;
};

}  // namespace tailrace::stream
