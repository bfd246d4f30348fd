#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>

#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"
#include "stream/handler/http_client.hpp"

namespace tailrace::stream {

/// A function behind Lambda's Invoke API: in a container of one of AWS's base images, in another emulator, or
/// wherever its URL leads. Each call is one RequestResponse request. A call counts as not invoked if the
/// function cannot be reached, answers with 429 or fails with 5xx.
///
/// Lambda itself reports with X-Amz-Function-Error that a function failed, and sends X-Amz-Executed-Version
/// with every answer of a function. The Runtime Interface Emulator in AWS's images sends neither. If
/// X-Amz-Executed-Version is missing, the answer itself decides:
///
///   - {"errorMessage":…,"errorType":…} is an error of the function.
///   - An empty answer means that the function's process ended.
///   - The text "Task timed out after N.NN seconds" means that the time was up, and so does status 504.
///   - Status 502 means that the process did not start, or ended.
///   - Anything else that is not JSON is not a function's answer.
///   - Status 400 with an empty body means that the function is busy with another call and was not invoked.
///
/// Source: cmd/aws-lambda-rie/handlers.go of aws-lambda-runtime-interface-emulator.
class LambdaInvocation final : public EventHandler {
  public:
    /// How an empty answer without X-Amz-Executed-Version counts.
    enum class EmptyResponse { failure, success };

    /// `text` is "URL" or "URL,EmptyResponse=success". A URL "http://HOST[:PORT]" gets the path that the
    /// Runtime Interface Emulator of AWS's images serves; a URL with a path is used as it is. Throws
    /// UnknownHandler.
    LambdaInvocation(const std::string& text, const HandlerContext& context);

    HandlerResult invoke(std::string_view event_json) override;
    void stop(StopReason reason) noexcept override;

  private:
    HandlerResult result_of(const HttpAnswer& answer) const;
    HandlerResult emulators_result(const HttpAnswer& answer) const;
    HandlerResult failure(std::string_view type, const std::string& text, const std::string& seen) const;
    std::string place() const;

    const std::string function_name_;
    const std::chrono::milliseconds timeout_;
    const FunctionLog log_;
    EmptyResponse empty_response_ = EmptyResponse::failure;
    HttpUrl url_;
    /// Null until it is stopped.
    std::atomic<StopReason> stop_reason_ = nullptr;
    std::stop_source stop_;
};

}  // namespace tailrace::stream
