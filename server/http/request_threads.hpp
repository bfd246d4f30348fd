#pragma once

#include <string>
#include <vector>

#include "server/process/worker_threads.hpp"
#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// The maximum number of requests that wait at the same time, and of requests that call a function at the
/// same time.
inline constexpr std::size_t max_waiting_requests = 64;

/// The threads that answer requests that may block. Requests that may wait long have their own threads, so
/// that they take none from those that are answered soon.
class RequestThreads {
  public:
    /// Answers a request on one of the threads. Returns false if the limit of its kind is reached.
    bool try_post(Answering kind, WorkerThreads::Work answer);

    /// Returns the requests that are being answered, such as "POST /_tailrace/streams/drain".
    std::vector<std::string> under_way() const;
    /// Waits until all requests are answered.
    void join();

  private:
    static constexpr std::size_t max_brief_requests = 16;

    WorkerThreads brief_{max_brief_requests};
    WorkerThreads waits_{max_waiting_requests};
    WorkerThreads calls_{max_waiting_requests};
};

}  // namespace tailrace::server
