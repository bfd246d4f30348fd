#pragma once

#include <string>

#include "stream/handler/event_batch.hpp"

namespace tailrace::stream {

/// How a call of a function ended.
enum class CallOutcome {
    /// It answered.
    returned,
    /// It was called and failed: with an exception, a crash or a timeout.
    function_error,
    /// It could not be called: nothing listens, or there are too many calls already. Lambda retries such a
    /// call without counting it as an attempt.
    not_invoked
};

/// The result of a call.
struct HandlerResult {
    CallOutcome outcome = CallOutcome::returned;
    /// JSON: what the function returned, or {"errorMessage":…,"errorType":…} if the outcome is not
    /// `returned`.
    std::string payload = "null";
    /// The call's id, or an empty string if the handler gave it none.
    std::string request_id = {};
    /// The last 4 KB at most of what the function wrote during the call, if it runs in a process of its own.
    std::string log_tail = {};

    bool has_returned() const { return outcome == CallOutcome::returned; }
    /// Returns what went wrong, for people: the payload's errorType and errorMessage, "KeyError: 'x'", or the
    /// whole payload if it has no message. A type that says nothing, such as "Error", is left out. The text
    /// is never empty for a call that failed.
    std::string error_message() const;
    /// True if the function's process ended, was killed at its time limit, or could not be started.
    bool is_crash() const;

    static HandlerResult failed(std::string_view message, std::string_view type = "Error");
    static HandlerResult not_invoked(std::string_view message);
};

/// Why functions are stopped, in words for their callers. In static storage.
using StopReason = const char*;
inline constexpr StopReason server_is_stopping = "the server is stopping";
inline constexpr StopReason namespace_was_removed = "the namespace was removed";

/// A function that receives the batches of a stream or is invoked by hand. Several threads call it at once if
/// several mappings, or several lanes of one mapping, use it. It is called after the commits that made the
/// records and with no lock held, so it may call the engine. An exception that it throws counts as a failure
/// with the exception's text.
class Handler {
  public:
    virtual ~Handler() = default;

    /// Handles the records of one batch.
    virtual HandlerResult handle(const EventBatch& batch) = 0;

    /// Calls the function with any JSON. A handler that handles only batches accepts the event that Lambda
    /// would send, {"Records": […]}, and fails for anything else.
    virtual HandlerResult invoke(std::string_view event_json);

    /// Ends the calls under way. These and all later calls are answered as not invoked, with the first reason
    /// that was given. Used when nobody waits for functions any more.
    virtual void stop(StopReason reason) noexcept { static_cast<void>(reason); }
    /// Ends processes that have no call. The next call starts another.
    virtual void rest() noexcept {}
};

/// A handler that runs elsewhere and receives a batch as Lambda's event.
class EventHandler : public Handler {
  public:
    HandlerResult handle(const EventBatch& batch) final { return invoke(batch.event_json()); }
    HandlerResult invoke(std::string_view event_json) override = 0;
};

}  // namespace tailrace::stream
