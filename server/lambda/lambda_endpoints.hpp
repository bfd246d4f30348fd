#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/lambda/lambda_error.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/request_target.hpp"

namespace tailrace::server {

/// A request to Lambda's REST API. Views good for the duration of the call.
struct LambdaRequest {
    std::string_view method;
    RequestTarget target;
    std::span<const HttpHeader> headers;
    std::string_view body;
    /// What stands in the place of the path's placeholders, percent-decoded, in their order.
    std::vector<std::string> path_values = {};

    /// A header's value, empty where there is none.
    std::string_view header(std::string_view name) const;
};

/// `body` is JSON, or empty.
struct LambdaResponse {
    int status = 200;
    std::string body = {};
    /// Further header lines, each ended by CRLF.
    std::string headers = {};
};

/// Answers one operation. Called from several threads at once, may block, and throws LambdaError; what else
/// it throws becomes a ServiceException with the exception's text.
using LambdaFunction = std::function<LambdaResponse(const LambdaRequest&)>;

/// One operation of Lambda's REST API.
struct LambdaEndpoint {
    std::string method;
    /// "/2015-03-31/functions/{FunctionName}/invocations"; as match_path() takes it.
    std::string path;
    LambdaFunction function;
};

/// What Tailrace answers of AWS Lambda's API, by method and path. Endpoints are added before the server
/// serves; after that, calls may come from any thread.
class LambdaEndpoints {
  public:
    void add(LambdaEndpoint endpoint) { endpoints_.push_back(std::move(endpoint)); }

    /// Whether a request path is one for answer(): it begins with a date, as "/2015-03-31/" does.
    static bool serves(std::string_view path);

    /// What the answer to a request may wait for.
    static Answering answering(std::string_view method, std::string_view path);

    /// The endpoint's response, or its error's.
    LambdaResponse answer(LambdaRequest request) const;
    /// The answer to a request that is not carried out.
    static LambdaResponse refusal(const LambdaError& error);

  private:
    LambdaResponse call_endpoint(LambdaRequest& request) const;

    std::vector<LambdaEndpoint> endpoints_;
};

}  // namespace tailrace::server
