#pragma once

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// The largest response of a function. Source: Lambda's quota for responses, as its error states it.
inline constexpr std::size_t max_response_bytes = 6291556;

/// The result of a call whose response is larger, in Lambda's words.
inline HandlerResult response_too_large() {
    return HandlerResult::failed("Response payload size exceeded maximum allowed payload size (" +
                                     std::to_string(max_response_bytes) + " bytes).",
                                 "Function.ResponseSizeTooLarge");
}

/// A call of a function that runs in processes of its own. The thread that made the call waits for the
/// result.
struct FunctionCall {
    std::string request_id;
    std::string event_json;
    std::chrono::steady_clock::time_point begun;
    std::promise<HandlerResult> result;

    void answer(HandlerResult answer) {
        answer.request_id = request_id;
        result.set_value(std::move(answer));
    }
};

/// Why an execution environment did not answer a call, as Lambda reports it.
struct RuntimeFailure {
    /// "Runtime.ExitError"
    std::string type;
    /// "Runtime exited with error: exit status 1"
    std::string text;
    /// The payload that the runtime client itself reported. If there is one, `type` and `text` do not matter.
    std::string payload = {};

    /// Returns {"errorMessage":"RequestId: … Error: …","errorType":…}, or the client's own payload.
    HandlerResult result_for(const std::string& request_id) const {
        if (!payload.empty()) return {CallOutcome::function_error, payload};
        return HandlerResult::failed("RequestId: " + request_id + " Error: " + text, type);
    }
};

}  // namespace tailrace::stream
