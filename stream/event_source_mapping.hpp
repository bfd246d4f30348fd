#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "engine/operation/engine.hpp"
#include "stream/handler/handler.hpp"
#include "stream/stream_source.hpp"

namespace tailrace::stream {

/// What attaches a handler to a table's stream, whether the table is there yet or not.
struct MappingOptions {
    std::string table_name;
    /// As make_handler() takes it; for people.
    std::string handler_name;
    /// Source: Lambda's parameters for DynamoDB event source mappings.
    std::size_t batch_size = 100;
    /// The wait before the first retry of a failed batch; it doubles up to a hundredfold.
    std::chrono::milliseconds first_retry_wait{100};

    /// What its place in the stream is kept under: one table and one handler are one mapping.
    std::string name() const { return table_name + "/" + handler_name; }
};

enum class MappingState { waiting_for_stream, idle, handling, retrying };

/// How a mapping is doing, at one moment.
struct MappingStatus {
    std::string name;
    std::string table_name;
    std::string handler_name;
    MappingState state = MappingState::waiting_for_stream;
    Position position;
    /// Records that are not handled yet.
    std::uint64_t lag = 0;
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t failures = 0;
    std::string last_error;
};

/// Reads one table's changes in batches and calls one handler with them, on a thread of its own, from the
/// first record on. A batch is handled before the next is read; its place is saved after the handler is done
/// with it, so that a restart repeats at the most the batch that was in flight. A batch that fails is tried
/// again until it succeeds.
class EventSourceMapping {
  public:
    /// Starts the thread, which calls `on_progress` whenever has_handled() may have become true for a higher
    /// number. The engine outlives the mapping.
    EventSourceMapping(Engine& engine, MappingOptions options, std::unique_ptr<Handler> handler,
                       std::function<void()> on_progress);
    /// Stops after the batch in flight.
    ~EventSourceMapping();
    EventSourceMapping(const EventSourceMapping&) = delete;
    EventSourceMapping& operator=(const EventSourceMapping&) = delete;

    /// Something was committed.
    void wake() noexcept;
    /// Whether every change up to `sequence` has been handled.
    bool has_handled(std::uint64_t sequence);
    MappingStatus status();

  private:
    void run();
    void advance(const Reading& reading);
    void handle(const EventBatch& batch);
    void make_progress(std::uint64_t handled_up_to);
    HandlerResult call_handler(const EventBatch& batch) noexcept;

    const MappingOptions options_;
    const std::unique_ptr<Handler> handler_;
    const std::function<void()> on_progress_;
    StreamSource source_;

    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    bool commits_seen_ = true;
    std::uint64_t handled_up_to_ = 0;
    MappingStatus status_;

    std::thread thread_;
};

}  // namespace tailrace::stream
