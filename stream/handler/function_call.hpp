#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// A call of a function that runs in processes of its own, on its way from the thread that waits for it.
struct FunctionCall {
    std::string request_id;
    std::string event_json;
    std::promise<HandlerResult> result;

    void answer(HandlerResult answer) {
        answer.request_id = request_id;
        result.set_value(std::move(answer));
    }
};

/// Why an execution environment did not answer a call, as Lambda tells it.
struct RuntimeFailure {
    /// "Runtime.ExitError"
    std::string type;
    /// "Runtime exited with error: exit status 1"
    std::string text;
    /// What the runtime client itself reported, instead of both.
    std::string payload = {};

    /// {"errorMessage":"RequestId: … Error: …","errorType":…}, or the client's own payload.
    HandlerResult result_for(const std::string& request_id) const {
        if (!payload.empty()) return {CallOutcome::function_error, payload};
        return HandlerResult::failed("RequestId: " + request_id + " Error: " + text, type);
    }
};

}  // namespace tailrace::stream
