#pragma once

#include <string>
#include <vector>

#include "server/wire/http_message.hpp"
#include "server/worker_threads.hpp"

namespace tailrace::server {

/// Requests that wait, and requests that call a function, at once: each so many.
inline constexpr std::size_t most_waiting_requests = 64;

/// The threads on which requests that may block are answered. What waits long has threads of its own, so that
/// it takes none from what is answered soon.
class RequestThreads {
  public:
    /// Has a request answered that may block. False when as many of its kind as may be are under way.
    bool try_post(Answering kind, WorkerThreads::Work answer);

    /// The requests that are being answered, as "POST /_tailrace/streams/drain".
    std::vector<std::string> under_way() const;
    /// Waits until all are answered.
    void join();

  private:
    static constexpr std::size_t most_brief_requests = 16;

    WorkerThreads brief_{most_brief_requests};
    WorkerThreads waits_{most_waiting_requests};
    WorkerThreads calls_{most_waiting_requests};
};

}  // namespace tailrace::server
