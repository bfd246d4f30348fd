#pragma once

#include <stop_token>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"
#include "stream/handler/http_client.hpp"

namespace tailrace::stream {

/// A function behind Lambda's Invoke API: in a container of one of AWS's base images, in another emulator, or
/// wherever its URL leads. Each call is one request, RequestResponse; a function that is not reached, answers
/// with 429 or fails with 5xx was not invoked.
class LambdaInvocation final : public EventHandler {
  public:
    /// `url` is "http://HOST[:PORT]", behind which stands the path that the Runtime Interface Emulator of
    /// AWS's images serves, or a complete one with a path. Throws UnknownHandler.
    LambdaInvocation(const std::string& url, const HandlerContext& context);

    HandlerResult invoke(std::string_view event_json) override;
    void stop() noexcept override { stop_.request_stop(); }

  private:
    const std::chrono::milliseconds timeout_;
    HttpUrl url_;
    std::stop_source stop_;
};

}  // namespace tailrace::stream
