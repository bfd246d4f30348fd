#include "stream/handler/lambda_invocation.hpp"

#include <boost/json.hpp>
#include <cctype>

#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/model/uuid.hpp"
#include "stream/handler/function_call.hpp"
#include "stream/handler/make_handler.hpp"

namespace tailrace::stream {
namespace {

constexpr unsigned ok = 200;
constexpr unsigned bad_request = 400;
constexpr unsigned too_many_requests = 429;
constexpr unsigned first_server_error = 500;
constexpr unsigned bad_gateway = 502;
constexpr unsigned gateway_timeout = 504;

constexpr std::string_view empty_response_name = ",EmptyResponse=";

/// The maximum number of bytes that are shown of an answer that does not come from the function.
constexpr std::size_t shown_bytes = 200;

constexpr const char* timed_out_type = "Sandbox.Timedout";
constexpr const char* exit_type = "Runtime.ExitError";
constexpr const char* exit_message = "Runtime exited without providing a reason";

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Returns what is wrong with a URL that contains ",Name=", which may be a misspelt parameter. Returns an
/// empty string if nothing is wrong: in "?a=b,c=d", "c=d" belongs to the URL.
std::string fault_of_parameters(std::string_view url) {
    constexpr std::string_view known = empty_response_name.substr(1, empty_response_name.size() - 2);
    for (std::size_t comma = url.find(','); comma != std::string_view::npos;
         comma = url.find(',', comma + 1)) {
        const std::size_t equals = url.find('=', comma);
        if (equals == std::string_view::npos) break;
        const std::string_view name = url.substr(comma + 1, equals - comma - 1);
        if (!is_misspelt_parameter(name, {known})) continue;
        const std::string meant = did_you_mean(name, {known});
        const std::string what = "unknown parameter " + std::string(name);
        return what + (meant.empty() ? " (known: " + std::string(known) + ")" : meant);
    }
    return {};
}

/// True for {"errorMessage":…,"errorType":…}, the form in which the emulator reports errors.
bool is_error_payload(const boost::json::value& value) {
    return value.is_object() && value.get_object().contains("errorMessage") &&
           value.get_object().contains("errorType");
}

/// True for "Task timed out after 1.00 seconds", with or without other text before it.
bool is_timeout_message(std::string_view text) {
    constexpr std::string_view start = "Task timed out after ";
    const std::size_t found = text.find(start);
    if (found == std::string_view::npos || !text.ends_with(" seconds")) return false;
    const std::string_view rest = text.substr(found + start.size());
    const std::string_view number = rest.substr(0, rest.find(' '));
    return !number.empty() && number.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

LambdaInvocation::LambdaInvocation(const std::string& text, const HandlerContext& context)
    : function_name_(context.function_name), timeout_(context.timeout), log_(context.log) {
    const std::string url = text.substr(0, text.find(empty_response_name));
    if (url.size() < text.size()) {
        const std::string wanted = text.substr(url.size() + empty_response_name.size());
        if (wanted != "success" && wanted != "failure") {
            throw UnknownHandler("'lambda:" + text + "': EmptyResponse must be success or failure, not '" +
                                 wanted + "'");
        }
        if (wanted == "success") empty_response_ = EmptyResponse::success;
    }
    if (const std::string fault = fault_of_parameters(url); !fault.empty())
        throw UnknownHandler("'lambda:" + text + "': " + fault);
    const auto parsed = HttpUrl::parse(url);
    if (!parsed) throw UnknownHandler("'lambda:" + text + "': '" + url + "' is not an http:// URL");
    url_ = *parsed;
    if (url_.path.empty()) url_.path = "/2015-03-31/functions/function/invocations";
}

std::string LambdaInvocation::place() const {
    return "http://" + url_.authority() + url_.path;
}

/// Returns a failure in Lambda's words. What was actually seen is logged.
HandlerResult LambdaInvocation::failure(std::string_view type, const std::string& text,
                                        const std::string& seen) const {
    if (log_) log_(function_name_, "the call failed: " + place() + " " + seen);
    const std::string request_id = make_uuid();
    HandlerResult result = RuntimeFailure{std::string(type), text}.result_for(request_id);
    result.request_id = request_id;
    return result;
}

/// Returns the result for an answer with status 200, 502 or 504 that has neither X-Amz-Executed-Version nor
/// x-amzn-ErrorType.
HandlerResult LambdaInvocation::emulators_result(const HttpAnswer& answer) const {
    const std::string status = "answered with status " + std::to_string(answer.status);
    const std::string_view text = trimmed(answer.body);
    boost::json::error_code error;
    const boost::json::value value = parse_json(text, error);
    if (!error && is_error_payload(value)) return {CallOutcome::function_error, answer.body};
    if (is_timeout_message(text)) {
        return failure(timed_out_type, std::string(text.substr(text.find("Task timed out"))),
                       "answered: " + std::string(text.substr(0, shown_bytes)));
    }
    if (answer.status == gateway_timeout) return failure(timed_out_type, "Task timed out", status);
    if (answer.status == bad_gateway) return failure(exit_type, exit_message, status);
    if (text.empty() && empty_response_ == EmptyResponse::failure) {
        return failure(exit_type, exit_message,
                       "answered without a body, as when the function's process has ended; with "
                       ",EmptyResponse=success after the URL, this counts as a success");
    }
    if (text.empty()) return {};
    if (error) {
        return failure(
            "Runtime.InvalidResponse", "The response is not JSON",
            "answered with something other than JSON: " + std::string(text.substr(0, shown_bytes)));
    }
    return {CallOutcome::returned, answer.body};
}

HandlerResult LambdaInvocation::result_of(const HttpAnswer& answer) const {
    const std::string status_and_body = "HTTP status " + std::to_string(answer.status) + ": " + answer.body;
    const std::string_view error_type = answer.header("x-amzn-ErrorType");
    const bool is_from_emulator = error_type.empty() && answer.header("X-Amz-Executed-Version").empty();
    const bool is_functions_failure = answer.status == bad_gateway || answer.status == gateway_timeout;
    HandlerResult result;
    if (!answer.header("X-Amz-Function-Error").empty()) {
        result = {CallOutcome::function_error, answer.body};
        if (answer.body.empty()) result = HandlerResult::failed("the function failed", "Error");
    } else if (is_from_emulator && (answer.status == ok || is_functions_failure)) {
        return emulators_result(answer);
    } else if (answer.status == too_many_requests || answer.status >= first_server_error) {
        result = HandlerResult::not_invoked(status_and_body);
    } else if (is_from_emulator && answer.status == bad_request && answer.body.empty()) {
        result = HandlerResult::not_invoked("HTTP status 400: the function is busy with another call");
    } else if (answer.status != ok) {
        result = HandlerResult::failed(status_and_body, error_type.empty() ? "Error" : error_type);
    } else if (!answer.body.empty()) {
        result.payload = answer.body;
    }
    result.request_id = answer.header("x-amzn-RequestId");
    return result;
}

void LambdaInvocation::stop(StopReason reason) noexcept {
    StopReason before = nullptr;
    stop_reason_.compare_exchange_strong(before, reason);
    stop_.request_stop();
}

HandlerResult LambdaInvocation::invoke(std::string_view event_json) {
    HttpCall call;
    call.url = url_;
    call.body_json = event_json;
    call.headers = {{"X-Amz-Invocation-Type", "RequestResponse"}};
    call.stop = stop_.get_token();
    const HttpOutcome outcome = post_json(std::move(call), timeout_);
    if (outcome.answer) return result_of(*outcome.answer);
    if (const StopReason reason = stop_reason_.load(); reason != nullptr) {
        return HandlerResult::not_invoked(reason);
    }
    if (outcome.is_too_large) return response_too_large();
    if (outcome.is_connected && outcome.is_timeout) {
        return HandlerResult::failed(place() + " did not answer in time", timed_out_type);
    }
    return HandlerResult::not_invoked(place() + " cannot be reached: " + outcome.error);
}

}  // namespace tailrace::stream
