#include "server/lambda/lambda_endpoints.hpp"

#include <algorithm>

#include "server/lambda/lambda_operations.hpp"
#include "server/wire/path_pattern.hpp"
#include "server/wire/request_headers.hpp"

namespace tailrace::server {
namespace {

/// Paths of Lambda's API begin with the date from which there is their operation: "/2015-03-31/".
bool has_dated_root(std::string_view path) {
    constexpr std::string_view form = "/dddd-dd-dd/";
    return path.size() >= form.size() &&
           std::ranges::equal(path.substr(0, form.size()), form, [](char c, char expected) {
               return expected == 'd' ? c >= '0' && c <= '9' : c == expected;
           });
}

}  // namespace

std::string_view LambdaRequest::header(std::string_view name) const {
    for (const HttpHeader& each : headers) {
        if (equal_ignoring_case(each.name, name)) return each.value;
    }
    return {};
}

bool LambdaEndpoints::serves(std::string_view path) {
    return has_dated_root(path);
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
    const std::string_view operation = lambda_operation(request.method, request.target.path());
    if (operation.empty()) {
        throw LambdaError::access_denied("Unable to determine service/operation name to be authorized");
    }
    throw LambdaError::unknown_operation(
        std::string(operation) +
        " is not answered here. Functions are those that the server was started with, by --function and "
        "--on-stream.");
}

}  // namespace tailrace::server
