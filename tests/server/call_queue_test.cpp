#include <future>

#include "server/commands/call_queue.hpp"
#include "server/wire/wire_request.hpp"
#include "tests/catch.hpp"

using namespace tailrace::server;

namespace {

McpMessage call_of(const std::string& id) {
    return McpProtocol::read(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call"})");
}

/// A queue whose calls with the method "wait" run until they are stopped.
class TriedQueue {
  public:
    void add(const std::string& id, std::size_t size_bytes = 1) { queue_->add(call_of(id), size_bytes); }
    /// Adds a call, and returns when it runs. It ends if it is cancelled.
    void add_waiting(const std::string& id) {
        McpMessage call = call_of(id);
        call.method = "wait";
        queue_->add(std::move(call), 1);
        started_.get_future().wait();
    }
    void cancel(const std::string& id) { queue_->cancel(boost::json::parse(id)); }
    /// Returns the answers when all calls are answered.
    std::string answers() {
        queue_.reset();
        return answers_;
    }

  private:
    McpReply carry_out(const McpMessage& call, const std::stop_token& stop) {
        if (call.method == "wait") {
            std::promise<void> stopped;
            const std::stop_callback callback(stop, [&] { stopped.set_value(); });
            started_.set_value();
            stopped.get_future().wait();
        }
        return {boost::json::serialize(call.id)};
    }

    std::promise<void> started_;
    std::string answers_;
    std::unique_ptr<CallQueue> queue_ = std::make_unique<CallQueue>(
        [this](const McpMessage& call, const std::stop_token& stop) { return carry_out(call, stop); },
        [this](const McpReply& reply) { answers_.append(reply.text).append(" "); });
};

}  // namespace

// An agent that writes and then reads finds what it wrote.
TEST_CASE("calls are answered in the order in which they came", "[mcp]") {
    TriedQueue queue;
    std::string expected;
    for (std::size_t i = 0; i < 3 * CallQueue::max_waiting; ++i) {
        queue.add(std::to_string(i), max_body_bytes / 2);
        expected.append(std::to_string(i)).append(" ");
    }
    CHECK(queue.answers() == expected);
}

TEST_CASE("a call that is cancelled is not answered, whether it runs or waits", "[mcp]") {
    TriedQueue queue;
    queue.add_waiting("1");
    queue.add("2");
    queue.add("\"1\"");
    queue.add("3");
    queue.cancel("3");
    queue.cancel("7");
    queue.cancel("1");
    CHECK(queue.answers() == "2 \"1\" ");
}
