#include "server/lambda/lambda_endpoints.hpp"

#include "server/wire/path_pattern.hpp"
#include "server/wire/request_headers.hpp"

namespace tailrace::server {
namespace {

/// The version of Lambda's API that has functions and event source mappings.
constexpr std::string_view root = "/2015-03-31/";

}  // namespace

std::string_view LambdaRequest::header(std::string_view name) const {
    for (const HttpHeader& each : headers) {
        if (equal_ignoring_case(each.name, name)) return each.value;
    }
    return {};
}

bool LambdaEndpoints::serves(std::string_view path) {
    return path.starts_with(root);
}

Answering LambdaEndpoints::answering(std::string_view method, std::string_view path) {
    if (path.ends_with("/invocations")) return Answering::calling;
    // A mapping that is deleted finishes its batches first.
    return method == "DELETE" ? Answering::waiting : Answering::briefly;
}

LambdaResponse LambdaEndpoints::refusal(const LambdaError& error) {
    return {error.status(), error.body(), "x-amzn-ErrorType: " + error.name() + "\r\n"};
}

LambdaResponse LambdaEndpoints::answer(LambdaRequest request) const {
    try {
        return call_endpoint(request);
    } catch (const LambdaError& error) {
        return refusal(error);
    } catch (const std::exception& error) {
        return refusal(LambdaError::service(error.what()));
    }
}

LambdaResponse LambdaEndpoints::call_endpoint(LambdaRequest& request) const {
    for (const LambdaEndpoint& endpoint : endpoints_) {
        if (endpoint.method != request.method) continue;
        if (auto values = match_path(endpoint.path, request.target.path())) {
            request.path_values = std::move(*values);
            return endpoint.function(request);
        }
    }
    throw LambdaError::unknown_operation(
        std::string(request.method).append(" ").append(request.target.path()) +
        " is no operation of Lambda's API that is answered here.");
}

}  // namespace tailrace::server
