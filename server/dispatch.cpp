#include "server/dispatch.hpp"

#include <array>
#include <optional>
#include <span>

#include "engine/operation/operation.hpp"
#include "server/web/cross_origin_headers.hpp"
#include "server/wire/content_coding.hpp"
#include "server/wire/shown_text.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Responses over this are compressed for clients that accept it: AWS's threshold, as observed.
constexpr std::size_t compression_threshold_bytes = 4096;

/// How much of a body the debug log shows.
constexpr std::size_t logged_body_bytes = 4096;

constexpr int first_error_status = 400;
constexpr int unauthorized_status = 401;

void compress(const RequestHeaders& headers, HttpResponse& response) {
    if (response.body.size() <= compression_threshold_bytes || headers.accept_encoding.empty()) return;
    const ContentCoding coding = preferred_coding(headers.accept_encoding);
    if (coding == ContentCoding::none) return;
    response.body = compressed(response.body, coding);
    response.content_encoding = coding_name(coding);
}

/// Whether the request is for an operation that goes over a large table. Every request is asked, so it looks
/// no further than it must.
bool may_take_long(Engine& engine, std::span<const HttpHeader> headers) {
    constexpr std::string_view name = "x-amz-target";
    for (const HttpHeader& header : headers) {
        if (header.name.size() != name.size() || !header.value.ends_with("Table")) continue;
        if (!equal_ignoring_case(header.name, name)) continue;
        return engine.may_take_long(header.value.substr(header.value.find('.') + 1));
    }
    return false;
}

}  // namespace

/// One request on its way through, and what the log line will say of it.
struct Dispatcher::Exchange {
    const HttpRequest& request;
    HttpResponse& response;
    RequestHead head;
    std::string operation;
    std::string table;

    Exchange(const HttpRequest& http_request, HttpResponse& http_response)
        : request(http_request), response(http_response), head(http_request) {}
};

Answering Dispatcher::answering(const HttpRequest& request) const {
    if (may_take_long(context_.engine, request.headers)) return Answering::briefly;
    const RequestTarget target(request.target);
    if (LambdaEndpoints::serves(target.path()))
        return LambdaEndpoints::answering(request.method, target.path());
    if (AdminEndpoints::serves(target.path())) return context_.admin.answering(request.method, target.path());
    return Answering::at_once;
}

void Dispatcher::refuse_busy(const HttpRequest& request, HttpResponse& response) noexcept {
    Exchange exchange(request, response);
    if (const auto refusal = context_.access.refusal(request, exchange.head)) {
        return answer_refusal(exchange, *refusal);
    }
    answer_too_many(exchange,
                    "As many requests that wait as the server takes at once are under way. Send this one "
                    "again when one of them has ended.");
    allow_pages(exchange);
}

void Dispatcher::refuse_body(const HttpRequest& request, HttpResponse& response) noexcept {
    const std::string message =
        "The bodies of other requests take all the memory that --body-memory gives them. Send this request "
        "again later.";
    Exchange exchange(request, response);
    if (const auto refusal = context_.access.refusal(request, exchange.head)) {
        return answer_refusal(exchange, *refusal);
    }
    const std::string_view path = exchange.head.target.path();
    if (AdminEndpoints::serves(path) || LambdaEndpoints::serves(path)) {
        answer_too_many(exchange, message);
    } else {
        const ApiError error = ApiError::service_unavailable(message);
        response.content_type = response_content_type(exchange.head.headers);
        response.status = error.status();
        response.body = error.body();
    }
    allow_pages(exchange);
}

void Dispatcher::answer(const HttpRequest& request, HttpResponse& response) noexcept {
    const bool logged = context_.log.writes(LogLevel::info);
    const Timestamp started = logged ? context_.clock.now() : Timestamp();
    Exchange exchange(request, response);
    try {
        const std::optional<AccessRefusal> refusal = context_.access.refusal(request, exchange.head);
        if (refusal) {
            answer_refusal(exchange, *refusal);
        } else {
            route(exchange);
            allow_pages(exchange);
        }
        // Errors tell what was asked for, and that may be anything.
        if (response.status >= first_error_status) response.body = escaped_json(std::move(response.body));
        if (context_.log.writes(LogLevel::debug)) {
            context_.log.debug(std::string("> ").append(request.body.substr(0, logged_body_bytes)));
            context_.log.debug(std::string("< ").append(response.body, 0, logged_body_bytes));
        }
        compress(exchange.head.headers, response);
    } catch (const std::exception& error) {
        answer_failure(exchange, error.what());
    } catch (...) {
        answer_failure(exchange, "an exception of no known type");
    }
    if (logged) log_exchange(exchange, started);
}

void Dispatcher::route(Exchange& exchange) {
    if (exchange.request.method != "OPTIONS") {
        if (AdminEndpoints::serves(exchange.head.target.path())) return answer_admin(exchange);
        if (LambdaEndpoints::serves(exchange.head.target.path())) return answer_lambda(exchange);
    }
    HttpResponse& response = exchange.response;
    switch (kind_of(exchange.request, exchange.head)) {
        case RequestKind::operation:
            return answer_operation(exchange);
        case RequestKind::health:
            // The space at the end is AWS's.
            response.body.append("healthy: dynamodb.").append(context_.region).append(".amazonaws.com ");
            return;
        case RequestKind::preflight:
            return;
        case RequestKind::unknown:
            response.status = 404;
            response.body = "<UnknownOperationException/>\n";
            return;
    }
}

void Dispatcher::answer_operation(Exchange& exchange) {
    // The request's JSON lives in one piece of memory that goes with it. An ApiError may hold values copied
    // from there, so it is answered inside.
    std::array<unsigned char, 8192> first_piece;
    json::monotonic_resource memory(first_piece.data(), first_piece.size());
    HttpResponse& response = exchange.response;
    response.content_type = response_content_type(exchange.head.headers);
    try {
        const WireRequest wire = read_wire_request(exchange.request, exchange.head, context_.engine, &memory);
        if (context_.log.writes(LogLevel::info)) {
            exchange.operation = wire.operation->name;
            const json::value* table = wire.parameters().if_contains("TableName");
            if (table != nullptr && table->is_string()) exchange.table = table->get_string();
        }
        response.body = context_.engine.execute(*wire.operation, wire.parameters(), wire.caller);
    } catch (const ApiError& error) {
        response.status = error.status();
        response.body = error.body();
    }
}

void Dispatcher::answer_admin(Exchange& exchange) {
    AdminRequest request{exchange.request.method, exchange.head.target.path(), exchange.head.target.query(),
                         exchange.request.body};
    if (exchange.request.given_up != nullptr) request.given_up = *exchange.request.given_up;
    AdminResponse answer = context_.admin.answer(std::move(request));
    exchange.response.status = answer.status;
    exchange.response.content_type = "application/json";
    // It may quote an error that a function's server sent, in any bytes.
    exchange.response.body = escaped_json(std::move(answer.body));
}

void Dispatcher::answer_lambda(Exchange& exchange) {
    const HttpRequest& request = exchange.request;
    LambdaResponse answer =
        context_.lambda.answer({request.method, exchange.head.target, request.headers, request.body});
    exchange.response.status = answer.status;
    if (!answer.body.empty()) exchange.response.content_type = "application/json";
    exchange.response.extra_headers = std::move(answer.headers);
    exchange.response.body = std::move(answer.body);
}

void Dispatcher::answer_refusal(Exchange& exchange, const AccessRefusal& refusal) {
    HttpResponse& response = exchange.response;
    response.status = refusal.status;
    response.content_type = "application/json";
    response.extra_headers.append("x-amzn-ErrorType: ").append(refusal.error_name).append("\r\n");
    if (refusal.status == unauthorized_status) response.extra_headers.append("WWW-Authenticate: Bearer\r\n");
    response.body = json::serialize(json::object{{"message", refusal.message}});
}

/// In Lambda's words or, for what is not AWS's, the server's own.
void Dispatcher::answer_too_many(Exchange& exchange, const std::string& message) {
    constexpr int too_many_requests = 429;
    HttpResponse& response = exchange.response;
    response.content_type = "application/json";
    if (LambdaEndpoints::serves(exchange.head.target.path())) {
        LambdaResponse refusal = LambdaEndpoints::refusal(LambdaError::too_many_requests(message));
        response.status = refusal.status;
        response.extra_headers = std::move(refusal.headers);
        response.body = std::move(refusal.body);
    } else {
        response.status = too_many_requests;
        response.body = json::serialize(json::object{{"message", message}});
    }
}

void Dispatcher::allow_pages(Exchange& exchange) const {
    const RequestHead& head = exchange.head;
    if (head.is_dynamodb() && head.headers.origin.empty()) return;
    append_cross_origin_headers(exchange.request, head, context_.access.readable_by(head), exchange.response);
}

void Dispatcher::answer_failure(Exchange& exchange, std::string_view reason) {
    const ApiError error = ApiError::internal_server_error();
    const std::string_view target = exchange.head.headers.x_amz_target;
    context_.log.error(std::string(target.empty() ? "request" : target).append(" failed: ").append(reason));
    HttpResponse& response = exchange.response;
    response.clear();
    response.status = error.status();
    response.content_type = response_content_type(exchange.head.headers);
    response.body = error.body();
    allow_pages(exchange);
}

void Dispatcher::log_exchange(const Exchange& exchange, Timestamp started) const {
    std::string line;
    if (exchange.operation.empty()) {
        line.append(exchange.request.method).append(" ").append(exchange.head.target.path());
        if (!exchange.head.headers.x_amz_target.empty())
            line.append(" ").append(exchange.head.headers.x_amz_target);
    } else {
        line.append(exchange.operation);
        if (!exchange.table.empty()) line.append(" ").append(exchange.table);
    }
    line.append(" ").append(std::to_string(exchange.response.status));
    line.append(" ").append(std::to_string(exchange.response.body.size())).append(" bytes ");
    line.append(std::to_string((context_.clock.now() - started).count())).append(" us");
    context_.log.info(line);
}

}  // namespace tailrace::server
