#pragma once

#include <string>

#include "stream/handler/event_batch.hpp"

namespace tailrace::stream {

/// How a call of a function ended.
enum class CallOutcome {
    /// It answered.
    returned,
    /// It was called and failed: an exception, a crash, its time being up.
    function_error,
    /// It could not be called: nobody listens, or there are too many calls already. Lambda tries such a call
    /// again without counting it as an attempt.
    not_invoked
};

/// What came of a call.
struct HandlerResult {
    CallOutcome outcome = CallOutcome::returned;
    /// JSON: what the function returned, or {"errorMessage":…,"errorType":…} where it was not `returned`.
    std::string payload = "null";
    /// The call's id where the handler gave it one, else empty.
    std::string request_id = {};
    /// The end of what the function wrote during the call, up to 4 KB, where it runs in a process of its own.
    std::string log_tail = {};

    bool has_returned() const { return outcome == CallOutcome::returned; }
    /// What went wrong, for people: the payload's errorType and errorMessage, "KeyError: 'x'", or the payload
    /// if it has no message. The type is left out where it says nothing: "Error". Never empty for a call that
    /// failed.
    std::string error_message() const;
    /// Whether the function's process ended, had to be ended as its time was up, or could not be started.
    bool is_crash() const;

    static HandlerResult failed(std::string_view message, std::string_view type = "Error");
    static HandlerResult not_invoked(std::string_view message);
};

/// A function: what runs behind a stream, or is called by hand. Called from several threads at once when
/// several mappings, or lanes of one, have it; after the commits that made the records and with no lock held,
/// so it may call the engine. What it throws counts as a failure with the exception's text.
class Handler {
  public:
    virtual ~Handler() = default;

    /// Handles the records of one batch.
    virtual HandlerResult handle(const EventBatch& batch) = 0;

    /// Calls the function with any JSON. A handler that knows nothing but batches takes what Lambda would
    /// send it, {"Records": […]}, and fails with everything else.
    virtual HandlerResult invoke(std::string_view event_json);

    /// Ends the calls that are under way, and answers them and further ones as not invoked. For a server that
    /// stops and does not wait for functions.
    virtual void stop() noexcept {}
};

/// A handler that runs elsewhere, and gets a batch as Lambda's event.
class EventHandler : public Handler {
  public:
    HandlerResult handle(const EventBatch& batch) final { return invoke(batch.event_json()); }
    HandlerResult invoke(std::string_view event_json) override = 0;
};

}  // namespace tailrace::stream
