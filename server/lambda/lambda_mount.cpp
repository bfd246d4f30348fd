#include "server/lambda/lambda_mount.hpp"

#include <string>

#include "server/hints/hint_header.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/lambda_operations.hpp"

namespace tailrace::server {
namespace {

HttpResponse refusal(const LambdaError& error) {
    HttpResponse response;
    response.status = error.status();
    response.content_type = "application/json";
    response.add_header("x-amzn-ErrorType", error.name());
    response.body = error.body();
    return response;
}

HttpResponse no_lambda_route(const WebRequest& request, bool) {
    const std::string_view operation = lambda_operation(request.method, request.target.path());
    if (operation.empty()) {
        return refusal(
            LambdaError::access_denied("Unable to determine service/operation name to be authorized"));
    }
    return refusal(LambdaError::unknown_operation(std::string(operation) + " is not supported."));
}

HttpResponse refused_lambda_request(int status, std::string_view message) {
    constexpr int not_found = 404;
    constexpr int too_many_requests = 429;
    const std::string text(message);
    if (status == not_found) return refusal(LambdaError::resource_not_found(text));
    return refusal(status == too_many_requests ? LambdaError::too_many_requests(text)
                                               : LambdaError::invalid_parameter_value(text));
}

/// Lambda's words for a request without a signature differ from DynamoDB's.
HttpResponse refused_signature(const ApiError& error) {
    const bool is_missing = error.name() == exceptions::missing_authentication_token.name;
    return refusal(LambdaError::refused_signature(
        std::string(error.name()), is_missing ? "Missing Authentication Token" : error.message()));
}

}  // namespace

HttpResponse lambda_failure(const std::exception& error) {
    const auto* refused = dynamic_cast<const LambdaError*>(&error);
    HttpResponse response = refusal(refused != nullptr ? *refused : LambdaError::service(error.what()));
    const auto* hinted = dynamic_cast<const HintedLambdaError*>(&error);
    if (hinted != nullptr) add_hint(hinted->hint(), response);
    return response;
}

Mount& mount_lambda(Router& router) {
    return router.mount("/####-##-##/", {.no_route = no_lambda_route,
                                         .failed = lambda_failure,
                                         .refused = refused_lambda_request,
                                         .signing = {{"lambda"}, refused_signature}});
}

}  // namespace tailrace::server
