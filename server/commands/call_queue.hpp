#pragma once

#include <boost/json.hpp>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "server/mcp/mcp_protocol.hpp"

namespace tailrace::server {

/// The tool calls that are waiting, and the one that is running. Calls are carried out one after another, in
/// the order of arrival, on the queue's own thread. Meanwhile further messages can be read, and some of them
/// may cancel a call. add() and cancel() are for one thread.
class CallQueue {
  public:
    /// Carries out a call. If the token requests a stop, this function must return soon, because nobody waits
    /// for the answer any longer.
    using Work = std::function<McpReply(const McpMessage& call, const std::stop_token& stop)>;
    using Send = std::function<void(const McpReply&)>;

    static constexpr std::size_t max_waiting = 100;

    /// Both functions are called from the queue's thread, and must not throw.
    CallQueue(Work work, Send send);
    /// Waits until all calls are answered.
    ~CallQueue();
    CallQueue(const CallQueue&) = delete;
    CallQueue& operator=(const CallQueue&) = delete;

    /// Adds a call, whose text has this size. Waits while too many calls wait.
    void add(McpMessage call, std::size_t size_bytes);
    /// Ends the call with this id if it runs, and removes it if it waits. In both cases the call gets no
    /// answer. Does nothing if the call is unknown or has been answered.
    void cancel(const boost::json::value& id);

  private:
    struct Waiting {
        McpMessage call;
        std::size_t size_bytes;
    };

    void run();
    bool has_room(std::size_t size_bytes) const;

    const Work work_;
    const Send send_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    /// The id of the call that runs, or null.
    boost::json::value running_id_ = nullptr;
    std::stop_source stop_;
    bool is_complete_ = false;
    std::thread thread_;
};

}  // namespace tailrace::server
