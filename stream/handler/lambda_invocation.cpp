#include "stream/handler/lambda_invocation.hpp"

#include <boost/json.hpp>

#include "engine/model/json_text.hpp"
#include "stream/handler/make_handler.hpp"

namespace tailrace::stream {
namespace {

constexpr unsigned ok = 200;
constexpr unsigned too_many_requests = 429;
constexpr unsigned first_server_error = 500;

/// Whether an answer is an error although no header says so, as the Runtime Interface Emulator tells errors.
bool is_error_payload(const std::string& payload) {
    boost::json::error_code error;
    const boost::json::value value = parse_json(payload, error);
    return !error && value.is_object() && value.get_object().contains("errorMessage") &&
           value.get_object().contains("errorType");
}

HandlerResult result_of(const HttpAnswer& answer) {
    const std::string status_and_body = "HTTP status " + std::to_string(answer.status) + ": " + answer.body;
    HandlerResult result;
    if (!answer.body.empty()) result.payload = answer.body;
    if (answer.status == too_many_requests || answer.status >= first_server_error) {
        result = HandlerResult::not_invoked(status_and_body);
    } else if (answer.status != ok) {
        const std::string_view type = answer.header("x-amzn-ErrorType");
        result = HandlerResult::failed(status_and_body, type.empty() ? "Error" : type);
    } else if (!answer.header("X-Amz-Function-Error").empty() || is_error_payload(answer.body)) {
        result.outcome = CallOutcome::function_error;
    }
    result.request_id = answer.header("x-amzn-RequestId");
    return result;
}

}  // namespace

LambdaInvocation::LambdaInvocation(const std::string& url, const HandlerContext& context)
    : timeout_(context.timeout) {
    const auto parsed = HttpUrl::parse(url);
    if (!parsed) throw UnknownHandler("'lambda:" + url + "': '" + url + "' is no http:// URL");
    url_ = *parsed;
    if (url_.path.empty()) url_.path = "/2015-03-31/functions/function/invocations";
}

HandlerResult LambdaInvocation::invoke(std::string_view event_json) {
    HttpCall call;
    call.url = url_;
    call.body_json = event_json;
    call.headers = {{"X-Amz-Invocation-Type", "RequestResponse"}};
    call.stop = stop_.get_token();
    const HttpOutcome outcome = post_json(std::move(call), timeout_);
    if (outcome.answer) return result_of(*outcome.answer);
    if (stop_.stop_requested()) return HandlerResult::not_invoked("the server is stopping");
    const std::string place = "http://" + url_.authority() + url_.path;
    if (outcome.is_connected && outcome.is_timeout) {
        return HandlerResult::failed(place + " did not answer in time", "Sandbox.Timedout");
    }
    return HandlerResult::not_invoked(place + " cannot be reached: " + outcome.error);
}

}  // namespace tailrace::stream
