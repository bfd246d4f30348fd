#include "server/functions/function_endpoints.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <memory>

#include "engine/model/base64.hpp"
#include "server/functions/function_json.hpp"
#include "server/lambda/function_reference.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/unknown_function.hpp"
#include "server/process/worker_threads.hpp"
#include "stream/handler/lambda_arn.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Source: Lambda's quotas, "Invocation payload".
constexpr std::size_t max_bytes = 6'291'456;
constexpr std::size_t max_event_bytes = 1'048'576;

/// The maximum number of calls of type Event at a time.
constexpr std::size_t event_threads = 4;

/// The maximum memory for all unfinished events, and the memory of one event besides its text.
constexpr std::size_t max_bytes_of_events = 64 * 1024 * 1024;
constexpr std::size_t bytes_beside_an_event = 1024;

void report_failure(const Log& log, const stream::Function& function, const std::string& error) {
    log.warning("a call of the function " + function.name + " failed: " + error);
}

/// Threads for calls that nobody waits for. The destructor waits for the calls.
class EventCalls {
  public:
    explicit EventCalls(const Log& log) : log_(log), threads_(event_threads) {}

    /// Throws LambdaError if the unfinished calls leave no memory for another.
    void begin(stream::Function function, std::string event) {
        std::string what = "an invocation of " + function.name;
        const std::size_t bytes = event.size() + bytes_beside_an_event;
        take_room(bytes);
        auto call = [this, bytes, called = std::move(function), event_json = std::move(event)] {
            const std::string error = error_of(*called.handler, event_json);
            if (!error.empty()) report_failure(log_, called, error);
            bytes_ -= bytes;
        };
        try {
            threads_.post({std::move(what), std::move(call)});
        } catch (...) {
            bytes_ -= bytes;
            throw;
        }
    }

  private:
    void take_room(std::size_t bytes) {
        if (bytes_.fetch_add(bytes) + bytes <= max_bytes_of_events) return;
        bytes_ -= bytes;
        throw LambdaError::too_many_requests(
            "Unfinished invocations of type Event use all the memory reserved for them. Send this one again "
            "after some of them have ended.");
    }

    /// Returns the error of a call, or an empty string on success.
    static std::string error_of(stream::Handler& handler, const std::string& event_json) {
        try {
            const stream::HandlerResult result = handler.invoke(event_json);
            return result.has_returned() ? "" : result.error_message();
        } catch (const std::exception& error) {
            return error.what();
        }
    }

    const Log& log_;
    std::atomic<std::size_t> bytes_ = 0;
    WorkerThreads threads_;
};

/// Finds a function. Every version and alias of a function that was not uploaded is the function itself.
stream::Function find_function(const stream::FunctionRegistry& functions,
                               const stream::FunctionReference& reference) {
    stream::Function function = functions.find(reference.text());
    if (function.handler) return function;
    throw unknown_function(functions, reference.text());
}

/// Returns the event in a request's body, or an empty object if there is no body.
std::string event_of(const WebRequest& request, std::size_t limit) {
    if (request.body.size() > limit) {
        throw LambdaError::request_too_large("Request must be smaller than " + std::to_string(limit) +
                                             " bytes for the InvokeFunction operation");
    }
    if (request.body.empty()) return "{}";
    json::parse_options options;
    options.max_depth = 1000;
    json::error_code error;
    json::parse(request.body, error, {}, options);
    if (error) {
        throw LambdaError::invalid_request_content(
            "Could not parse request body into json: Could not parse payload into json: " + error.message());
    }
    return std::string(request.body);
}

/// Returns true if the request asks for the end of the function's output.
bool wants_log_tail(const WebRequest& request) {
    const std::string_view type = request.header("X-Amz-Log-Type");
    if (type.empty() || type == "None" || type == "Tail") return type == "Tail";
    throw LambdaError::validation("1 validation error detected: Value '" + std::string(type) +
                                  "' at 'logType' failed to satisfy constraint: Member must satisfy enum "
                                  "value set: [None, Tail]");
}

/// A failure of the function is for its caller to handle. A crash of its process is logged as well.
HttpResponse call(const Log& log, const stream::Function& function, const std::string& event,
                  bool with_tail) {
    const stream::HandlerResult result = function.handler->invoke(event);
    if (result.is_crash()) report_failure(log, function, result.error_message());
    if (result.outcome == stream::CallOutcome::not_invoked) {
        throw LambdaError::too_many_requests(result.error_message());
    }
    HttpResponse response;
    if (!result.payload.empty()) response.content_type = "application/json";
    response.body = result.payload;
    if (!result.has_returned()) response.add_header("X-Amz-Function-Error", "Unhandled");
    if (with_tail) {
        std::string encoded;
        append_base64(encoded, result.log_tail);
        response.add_header("X-Amz-Log-Result", encoded);
    }
    return response;
}

HttpResponse invoke(const stream::FunctionRegistry& functions, EventCalls& event_calls, const Log& log,
                    const WebRequest& request) {
    const std::string_view type = request.header("X-Amz-Invocation-Type");
    const bool is_event = type == "Event";
    if (!type.empty() && !is_event && type != "RequestResponse" && type != "DryRun") {
        throw LambdaError::validation(
            "1 validation error detected: Value '" + std::string(type) +
            "' at 'invocationType' failed to satisfy constraint: Member must satisfy "
            "enum value set: [Event, RequestResponse, DryRun]");
    }
    const bool with_tail = wants_log_tail(request);
    const stream::FunctionReference reference = reference_in(request);
    const stream::Function function = find_function(functions, reference);
    std::string event = event_of(request, is_event ? max_event_bytes : max_bytes);
    if (type == "DryRun") return {.status = 204};
    if (is_event) {
        event_calls.begin(function, std::move(event));
        return {.status = 202};
    }
    HttpResponse response = call(log, function, event, with_tail);
    const bool has_versions = function.definition && function.definition->has_versions;
    response.add_header("X-Amz-Executed-Version",
                        has_versions ? function.definition->version : reference.executed_version());
    return response;
}

void add_definition(json::object& shown, const stream::FunctionDefinition& definition) {
    shown["Runtime"] = definition.runtime;
    shown["Handler"] = definition.handler;
    shown["Description"] = definition.description;
    shown["MemorySize"] = definition.memory_mb;
    if (definition.environment.empty()) return;
    json::object variables;
    for (const auto& [name, value] : definition.environment) variables[name] = value;
    shown["Environment"] = json::object{{"Variables", std::move(variables)}};
}

/// Returns Lambda's FunctionConfiguration, with the members that apply to a function here.
json::object configuration(const stream::FunctionRegistry& functions, const stream::Function& function,
                           const stream::FunctionReference& reference) {
    const auto default_timeout = std::chrono::duration_cast<std::chrono::seconds>(functions.timeout());
    json::object shown{{"FunctionName", reference.name},
                       {"FunctionArn", functions.arn_of(reference.text())},
                       {"Version", reference.executed_version()},
                       {"Description", ""},
                       {"CodeSize", 0},
                       {"Timeout", function.timeout().value_or(default_timeout).count()},
                       {"MemorySize", stream::default_memory_mb},
                       {"PackageType", "Zip"},
                       {"State", "Active"},
                       {"LastUpdateStatus", "Successful"}};
    if (function.definition) add_definition(shown, *function.definition);
    return shown;
}

json::object configuration_of(const UploadedFunctions& functions,
                              const stream::FunctionReference& reference) {
    const stream::FunctionRegistry& registry = functions.registry();
    if (const auto uploaded = functions.find(reference.name)) {
        return configuration_json(registry, *uploaded, reference);
    }
    return configuration(registry, find_function(registry, reference), reference);
}

HttpResponse get(const UploadedFunctions& functions, const WebRequest& request) {
    const stream::FunctionReference reference = reference_in(request);
    if (const auto uploaded = functions.find(reference.name)) {
        return json_response(function_json(functions.registry(), *uploaded, reference));
    }
    return json_response({{"Configuration", configuration_of(functions, reference)}});
}

/// True if a request for the list asks for published versions, too.
bool wants_versions(const WebRequest& request) {
    const auto wanted = request.target.parameter("FunctionVersion");
    if (wanted && *wanted != "ALL") {
        throw LambdaError::validation("1 validation error detected: Value '" + *wanted +
                                      "' at 'functionVersion' failed to satisfy constraint: Member must "
                                      "satisfy enum value set: [ALL]");
    }
    return wanted.has_value();
}

HttpResponse list(const UploadedFunctions& functions, const WebRequest& request) {
    const bool with_versions = wants_versions(request);
    const stream::FunctionRegistry& registry = functions.registry();
    std::vector<std::pair<std::string, json::object>> items;
    for (const stream::Function& each : registry.all()) {
        const auto uploaded = functions.find(each.name);
        if (!uploaded) {
            items.emplace_back(each.name, configuration(registry, each, {each.name, {}}));
            continue;
        }
        items.emplace_back(each.name, configuration_json(registry, *uploaded, {each.name, {}}));
        if (!with_versions) continue;
        for (const auto& [number, version] : uploaded->versions) {
            const stream::FunctionReference reference{each.name, std::to_string(number)};
            items.emplace_back(reference.text(), configuration_json(registry, *uploaded, reference));
        }
    }
    return json_response(page_of(page_in(request), "Functions", std::move(items)));
}

}  // namespace

void add_function_endpoints(Mount& lambda, const UploadedFunctions& functions, const Log& log) {
    const auto event_calls = std::make_shared<EventCalls>(log);
    lambda.add({.method = "POST",
                .path = "/2015-03-31/functions/{FunctionName}/invocations",
                .function =
                    [&functions, event_calls, &log](const WebRequest& request) {
                        return invoke(functions.registry(), *event_calls, log, request);
                    },
                .answering = Answering::calling});
    lambda.add({.method = "GET",
                .path = "/2015-03-31/functions/{FunctionName}/configuration",
                .function = [&functions](const WebRequest& request) {
                    return json_response(configuration_of(functions, reference_in(request)));
                }});
    lambda.add({.method = "GET",
                .path = "/2015-03-31/functions/{FunctionName}",
                .function = [&functions](const WebRequest& request) { return get(functions, request); }});
    lambda.add({.method = "GET",
                .path = "/2015-03-31/functions",
                .function = [&functions](const WebRequest& request) { return list(functions, request); }});
}

}  // namespace tailrace::server
