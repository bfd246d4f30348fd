#include "conformance/runner/case/expectation.hpp"

#include <set>

#include "conformance/runner/wire/json_text.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr std::size_t shown_non_json_body = 200;

}  // namespace

std::string full_error_type(const std::string& name) {
    // AWS's service framework raises some errors before DynamoDB sees the request; their types have another
    // prefix.
    static const std::set<std::string> framework = {
        "AccessDeniedException",  "ExpiredTokenException",     "IncompleteSignatureException",
        "InternalFailure",        "InvalidSignatureException", "MissingAuthenticationTokenException",
        "SerializationException", "UnknownOperationException", "UnrecognizedClientException"};
    if (name.find('#') != std::string::npos) return name;
    if (name == "ValidationException") return "com.amazon.coral.validate#" + name;
    return (framework.contains(name) ? "com.amazon.coral.service#" : "com.amazonaws.dynamodb.v20120810#") +
           name;
}

json::value body_of(const HttpAnswer& answer) {
    json::error_code error;
    json::value body = parse_json(answer.body, error);
    return error ? json::value() : body;
}

std::string answer_text(const HttpAnswer& answer) {
    const json::value body = body_of(answer);
    return std::to_string(answer.status) + " " + (body.is_null() ? answer.body : pretty(body));
}

Expectation::Expectation(const json::object& expect, const Scope& scope, AnswerView view)
    : scope_(scope), view_(std::move(view)) {
    const json::object resolved = scope.resolve(expect).get_object();
    if (const json::value* error = resolved.if_contains("error")) {
        json::object body = error->as_object();
        const json::value type = body["type"];
        body.erase("type");
        status_ = 400;
        if (type.is_string()) {
            error_ = std::string(type.get_string());
            body["__type"] = full_error_type(error_);
            error_ = error_.substr(error_.find('#') + 1);
        } else {
            body["__type"] = type;
        }
        body_ = std::move(body);
    }
    if (const json::value* body = resolved.if_contains("body")) body_ = *body;
    if (const json::value* text = resolved.if_contains("text")) text_ = *text;
    if (const json::value* headers = resolved.if_contains("headers")) headers_ = headers->as_object();
    if (const json::value* status = resolved.if_contains("status")) status_ = status->as_int64();
    if (error_.empty() && status_ != 200) error_ = std::to_string(status_);
}

std::vector<std::string> Expectation::differences_of(const HttpAnswer& answer, long long now) const {
    const MatchContext context{scope_, now, answer.body};
    std::vector<std::string> all;
    if (answer.status != status_) {
        all.push_back("status: expected " + std::to_string(status_) + ", got " +
                      std::to_string(answer.status));
    }
    const auto add = [&all](std::vector<std::string> more) {
        all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    for (const auto& [key, expected] : headers_) {
        const std::string* value = find_header(answer.headers, std::string(key));
        const json::value got = value ? json::value(*value) : json::value();
        const json::value absent{{"$match", "absent"}};
        add(differences_at("header " + std::string(key), expected.is_null() ? absent : expected,
                           value ? &got : nullptr, context));
    }
    if (text_) {
        const json::value got(answer.body);
        add(differences_at("the text", *text_, &got, context));
    }
    if (body_) {
        json::error_code error;
        const json::value got = parse_json(answer.body, error);
        if (error) {
            all.push_back("the body is not JSON: " + shortened(answer.body, shown_non_json_body));
        } else {
            add(differences(view_.apply(*body_), view_.apply(got), context));
        }
    }
    return all;
}

std::string Expectation::text() const {
    std::string text = std::to_string(status_);
    if (!headers_.empty()) text += " headers " + json::serialize(headers_);
    if (body_) text += " " + pretty(*body_);
    if (text_) text += " text " + pretty(*text_);
    return text;
}

}  // namespace tailrace::conformance
