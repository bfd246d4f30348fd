#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>

#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"
#include "stream/handler/http_client.hpp"

namespace tailrace::stream {

/// A function behind Lambda's Invoke API: in a container of one of AWS's base images, in another emulator, or
/// wherever its URL leads. Each call is one request, RequestResponse; a function that is not reached, answers
/// with 429 or fails with 5xx was not invoked.
///
/// Lambda itself says with X-Amz-Function-Error that a function failed, and sends X-Amz-Executed-Version with
/// every answer of a function. The Runtime Interface Emulator in AWS's images sends neither. Where the latter
/// is missing the answer itself is looked at: {"errorMessage":…,"errorType":…} is an error of the function;
/// an empty answer means that its process ended; the text "Task timed out after N.NN seconds" that its time
/// was up, and so does status 504; 502 that it did not start, or ended; anything else that is no JSON is no
/// answer of a function; 400 with nothing else that it is busy with another call, so that the function was
/// not invoked. Source: cmd/aws-lambda-rie/handlers.go of aws-lambda-runtime-interface-emulator.
class LambdaInvocation final : public EventHandler {
  public:
    /// Whether an empty answer, without X-Amz-Executed-Version, is a failure or a success.
    enum class EmptyResponse { failure, success };

    /// `text` is "URL" or "URL,EmptyResponse=success". The URL is "http://HOST[:PORT]", behind which stands
    /// the path that the Runtime Interface Emulator of AWS's images serves, or a complete one with a path.
    /// Throws UnknownHandler.
    LambdaInvocation(const std::string& text, const HandlerContext& context);

    HandlerResult invoke(std::string_view event_json) override;
    void stop() noexcept override { stop_.request_stop(); }

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
    std::stop_source stop_;
};

}  // namespace tailrace::stream
