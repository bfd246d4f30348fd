#include "server/lambda/lambda_faults.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "engine/operation/faults/fault_script.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/lambda_mount.hpp"
#include "server/lambda/lambda_operations.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view prefix = "lambda:";

struct FaultyError {
    std::string_view name;
    LambdaError (*make)(std::string message);
    std::string_view message;
};

/// With the descriptions of the errors in Lambda's API reference.
constexpr std::array errors = {
    FaultyError{"InvalidParameterValueException", LambdaError::invalid_parameter_value,
                "One of the parameters in the request is not valid."},
    FaultyError{"ResourceConflictException", LambdaError::resource_conflict,
                "The resource already exists, or another operation is in progress."},
    FaultyError{"ResourceInUseException", LambdaError::resource_in_use,
                "The operation conflicts with the resource's availability."},
    FaultyError{"ResourceNotFoundException", LambdaError::resource_not_found,
                "The resource specified in the request does not exist."},
    FaultyError{"ServiceException", LambdaError::service,
                "The Lambda service encountered an internal error."},
    FaultyError{"TooManyRequestsException", LambdaError::too_many_requests, "Rate exceeded"},
};

LambdaError make_error(const operation::FaultError& error) {
    const auto* const known = std::ranges::find(errors, error.name, &FaultyError::name);
    return known->make(error.message.empty() ? std::string(known->message) : error.message);
}

HttpResponse answer_with(const operation::FaultEffect& effect, const std::function<HttpResponse()>& answer) {
    if (effect.error) return lambda_failure(make_error(*effect.error));
    if (effect.ends_request()) return {};
    try {
        return answer();
    } catch (const std::exception& error) {
        return lambda_failure(error);
    }
}

HttpResponse pass(Engine& engine, const WebRequest& request, const std::function<HttpResponse()>& answer) {
    if (!engine.faults().is_armed()) return answer();
    const std::string operation =
        std::string(prefix).append(lambda_operation(request.method, request.target.path()));
    const auto rule = engine.faults().meet({.operation = operation, .function_name = {}, .table_name = {}});
    if (!rule) return answer();
    HttpResponse response = answer_with(rule->effect, answer);
    operation::AnswerFault fault = rule->effect.answer;
    if (rule->effect.waits_on_clock) fault.clock = &engine.clock();
    if (fault.has_effect()) response.fault = std::make_unique<const operation::AnswerFault>(fault);
    return response;
}

}  // namespace

void add_lambda_faults(Mount& lambda, Engine& engine) {
    lambda.set_passage([&engine](const WebRequest& request, const std::function<HttpResponse()>& answer) {
        return pass(engine, request, answer);
    });
}

const std::vector<std::string>& lambda_fault_operations() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> names;
        for (const std::string_view name : lambda_operation_names()) {
            names.push_back(std::string(prefix).append(name));
        }
        return names;
    }();
    return all;
}

std::vector<std::string_view> lambda_fault_errors() {
    std::vector<std::string_view> names(errors.size());
    std::ranges::transform(errors, names.begin(), &FaultyError::name);
    return names;
}

}  // namespace tailrace::server
