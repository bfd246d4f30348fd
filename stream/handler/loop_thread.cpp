#include "stream/handler/loop_thread.hpp"

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

namespace tailrace::stream {

namespace asio = boost::asio;

LoopThread::LoopThread(std::function<void(std::string_view text)> on_error)
    : on_error_(std::move(on_error)), work_(asio::make_work_guard(loop_)) {}

LoopThread::~LoopThread() {
    join();
}

void LoopThread::post(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    }
    asio::post(loop_, std::move(work));
}

void LoopThread::post_behind(std::function<void()> work) {
    asio::post(loop_, std::move(work));
}

bool LoopThread::has_begun() {
    const std::lock_guard lock(mutex_);
    return thread_.joinable();
}

void LoopThread::join() {
    if (!thread_.joinable()) return;
    asio::post(loop_, [this] { work_.reset(); });
    thread_.join();
}

void LoopThread::run() {
    while (true) {
        try {
            loop_.run();
            return;
        } catch (const std::exception& error) {
            on_error_(error.what());
        }
    }
}

}  // namespace tailrace::stream
