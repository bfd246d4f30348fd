#include "server/commands/running_server.hpp"

#include <utility>

#include "engine/model/json_text.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr unsigned unauthorized_status = 401;

}  // namespace

RunningServer::RunningServer(std::string endpoint, std::string token)
    : endpoint_(std::move(endpoint)), token_(std::move(token)) {
    const auto url = stream::HttpUrl::parse(endpoint_);
    if (!url) throw CommandError("--endpoint: '" + endpoint_ + "' is not an http:// URL");
    url_ = *url;
    while (url_.path.ends_with('/')) url_.path.pop_back();
}

stream::HttpAnswer RunningServer::send_below(std::string_view prefix, const Question& question,
                                             stream::HttpHeaders headers) const {
    stream::HttpCall call;
    call.verb = question.verb;
    call.url = url_;
    call.url.path.append(prefix).append(question.path);
    call.body_json = question.body;
    call.headers = std::move(headers);
    call.stop = question.stop;
    call.headers.emplace_back("Content-Type", question.body_type);
    if (!token_.empty()) call.headers.emplace_back("X-Tailrace-Token", token_);
    stream::HttpOutcome outcome = stream::send_json(call, question.limits);
    if (!outcome.answer) throw CommandError("no answer from " + endpoint_ + ": " + outcome.error);
    return std::move(*outcome.answer);
}

stream::HttpAnswer RunningServer::ask(const Question& question) const {
    stream::HttpAnswer answer = send_below("/_tailrace", question, {});
    if (answer.status != 200) refuse(answer);
    return answer;
}

json::object RunningServer::ask_json(const Question& question) const {
    json::error_code error;
    json::value body = parse_json(ask(question).body, error);
    if (error || !body.is_object()) throw CommandError("there is no Tailrace at " + endpoint_);
    return std::move(body.get_object());
}

void RunningServer::refuse(const stream::HttpAnswer& answer) const {
    json::error_code error;
    const json::value body = parse_json(answer.body, error);
    if (error || !body.is_object()) throw CommandError("there is no Tailrace at " + endpoint_);
    if (answer.status == unauthorized_status) throw CommandError(endpoint_ + token_hint());
    const json::value* message = body.get_object().if_contains("message");
    throw CommandError(message != nullptr && message->is_string()
                           ? std::string(message->get_string())
                           : endpoint_ + " answered " + std::to_string(answer.status));
}

std::string RunningServer::token_hint() const {
    if (token_.empty())
        return " requires its token: give it in the variable TAILRACE_ADMIN_TOKEN or with --admin-token";
    return " was started with a different token from the one in TAILRACE_ADMIN_TOKEN or --admin-token";
}

}  // namespace tailrace::server
