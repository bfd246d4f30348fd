#include "server/worker_threads.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <utility>

namespace tailrace::server {

WorkerThreads::WorkerThreads(std::size_t threads) : threads_(threads) {}

WorkerThreads::~WorkerThreads() {
    join();
}

void WorkerThreads::post(std::function<void()> work) {
    std::call_once(made_, [this] { pool_ = std::make_unique<boost::asio::thread_pool>(threads_); });
    boost::asio::post(*pool_, std::move(work));
}

void WorkerThreads::join() {
    if (pool_) pool_->join();
}

}  // namespace tailrace::server
