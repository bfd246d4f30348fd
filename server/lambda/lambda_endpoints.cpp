#include "server/lambda/lambda_endpoints.hpp"

#include <optional>

#include "server/wire/request_headers.hpp"

namespace tailrace::server {
namespace {

/// The version of Lambda's API that has functions and event source mappings.
constexpr std::string_view root = "/2015-03-31/";

std::string_view without_last_slash(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

std::string_view take_part(std::string_view& path) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size() < path.size() ? part.size() + 1 : path.size());
    return part;
}

/// What a path has in the places of a pattern's placeholders; nothing when it does not match.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
    pattern = without_last_slash(pattern);
    path = without_last_slash(path);
    std::vector<std::string> values;
    while (!pattern.empty() && !path.empty()) {
        const std::string_view expected = take_part(pattern);
        const std::string_view part = take_part(path);
        if (expected.starts_with('{')) {
            if (part.empty()) return std::nullopt;
            values.push_back(percent_decoded(part));
        } else if (part != expected) {
            return std::nullopt;
        }
    }
    if (!pattern.empty() || !path.empty()) return std::nullopt;
    return values;
}

LambdaResponse response_of(const LambdaError& error) {
    return {error.status(), error.body(), "x-amzn-ErrorType: " + error.name() + "\r\n"};
}

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

LambdaResponse LambdaEndpoints::answer(LambdaRequest request) const {
    try {
        return call_endpoint(request);
    } catch (const LambdaError& error) {
        return response_of(error);
    } catch (const std::exception& error) {
        return response_of(LambdaError::service(error.what()));
    }
}

LambdaResponse LambdaEndpoints::call_endpoint(LambdaRequest& request) const {
    for (const LambdaEndpoint& endpoint : endpoints_) {
        if (endpoint.method != request.method) continue;
        if (auto values = match(endpoint.path, request.target.path())) {
            request.path_values = std::move(*values);
            return endpoint.function(request);
        }
    }
    throw LambdaError::unknown_operation(
        std::string(request.method).append(" ").append(request.target.path()) +
        " is no operation of Lambda's API that is answered here.");
}

}  // namespace tailrace::server
