#include "server/front_door.hpp"

#include <array>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/ascii_case.hpp"
#include "engine/operation/numbers_in_strings.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/store.hpp"
#include "server/hints/hint_header.hpp"
#include "server/web/cross_origin_headers.hpp"
#include "server/wire/content_coding.hpp"
#include "server/wire/shown_text.hpp"
#include "server/wire/signature.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Larger responses are compressed for clients that accept it. This is AWS's threshold, as observed.
constexpr std::size_t compression_threshold_bytes = 4096;

/// The maximum number of bytes of a body that the debug log shows.
constexpr std::size_t logged_body_bytes = 4096;

constexpr int first_error_status = 400;
constexpr int unauthorized_status = 401;

void compress(const RequestHeaders& headers, HttpResponse& response) {
    const std::string_view content = response.content();
    if (content.size() <= compression_threshold_bytes || headers.accept_encoding.empty()) return;
    if (!response.content_encoding.empty()) return;
    const ContentCoding coding = preferred_coding(headers.accept_encoding);
    if (coding == ContentCoding::none) return;
    response.body = compressed(content, coding);
    response.fixed_body = {};
    response.content_encoding = coding_name(coding);
}

/// Tells the client how long to wait before its next attempt, if the response's fault says so.
void tell_retry_after(HttpResponse& response) {
    const auto& wait = response.fault->retry_after;
    if (wait) response.add_header("x-amz-retry-after", std::to_string(wait->count()));
}

/// Returns true if the request is for an operation that may visit all items of a large table. This runs for
/// every request, so it looks no further than it must.
bool may_take_long(Engine& engine, std::span<const HttpHeader> headers) {
    constexpr std::string_view name = "x-amz-target";
    for (const HttpHeader& header : headers) {
        if (header.name.size() != name.size() || !engine.may_name_long_operation(header.value)) continue;
        if (!equal_ignoring_case(header.name, name)) continue;
        return engine.may_take_long(header.value.substr(header.value.find('.') + 1));
    }
    return false;
}

/// `mount` is null for DynamoDB's API.
ApiAccess access_to(const Mount* mount) {
    return mount != nullptr ? mount->access() : ApiAccess();
}

}  // namespace

/// One request with its response, and what the log line will say about it.
struct FrontDoor::Exchange {
    const HttpRequest& request;
    HttpResponse& response;
    RequestHead head;
    /// Null for DynamoDB's API and for paths that belong to no API.
    const Mount* mount = nullptr;
    std::string operation;
    std::string table;

    Exchange(const HttpRequest& http_request, HttpResponse& http_response)
        : request(http_request), response(http_response), head(http_request) {}
};

std::unique_ptr<RequestHints> FrontDoor::make_hints(Engine& engine, const Log& log,
                                                    const FrontDoorOptions& options) {
    NamespacesWithTable others;
    if (options.others_with_table && options.signatures == nullptr) {
        others = [find = options.others_with_table, own = options.namespace_name](std::string_view table) {
            return find(table, own);
        };
    }
    return std::make_unique<RequestHints>(engine, log, std::move(others));
}

Answering FrontDoor::answering(const HttpRequest& request) const {
    if (may_take_long(engine_, request.headers)) return Answering::briefly;
    const RequestTarget target(request.target);
    const Mount* mount = mount_of(target);
    return mount == nullptr ? Answering::at_once : mount->answering(request.method, target.path());
}

const Mount* FrontDoor::mount_of(const RequestTarget& target) const {
    return target.is_root() ? nullptr : router_.find(target.path());
}

bool FrontDoor::lets_in(Exchange& exchange) const {
    exchange.mount = mount_of(exchange.head.target);
    const std::optional<AccessRefusal> refusal =
        access_.refusal(exchange.request, exchange.head, access_to(exchange.mount));
    if (!refusal) return true;
    exchange.response = message_response(refusal->status, refusal->message);
    exchange.response.add_header("x-amzn-ErrorType", refusal->error_name);
    if (refusal->status == unauthorized_status) exchange.response.add_header("WWW-Authenticate", "Bearer");
    return false;
}

bool FrontDoor::admits(const HttpRequest& request) const {
    const RequestHead head(request);
    const Mount* mount = mount_of(head.target);
    if (access_.refusal(request, head, access_to(mount))) return false;
    if (mount != nullptr) return !signature_fault(request, head, mount->signing().service);
    const Service* service = router_.find_service(head.headers.x_amz_target);
    return service == nullptr || !signature_fault(request, head, service->signing);
}

std::optional<ApiError> FrontDoor::signature_fault(const HttpRequest& request, const RequestHead& head,
                                                   const SigningService& service) const {
    if (!signatures_.is_on() || service.name.empty()) return std::nullopt;
    try {
        signatures_.verify(request, head, service);
        return std::nullopt;
    } catch (const ApiError& error) {
        return error;
    }
}

void FrontDoor::refuse(const HttpRequest& request, HttpResponse& response, const ApiError& error,
                       int status) noexcept {
    Exchange exchange(request, response);
    if (!lets_in(exchange)) return;
    if (exchange.mount != nullptr) {
        response = exchange.mount->refuse(status, error.message());
    } else {
        answer_error(exchange, error);
    }
    allow_pages(exchange);
    response.body = escaped_json(std::move(response.body));
    if (log_.writes(LogLevel::info)) log_exchange(exchange, engine_.clock().now());
}

void FrontDoor::refuse_busy(const HttpRequest& request, HttpResponse& response) noexcept {
    Exchange exchange(request, response);
    if (!lets_in(exchange)) return;
    answer_too_many(exchange,
                    "The server already has as many waiting requests as it accepts. Send this one again "
                    "after one of them has ended.");
    allow_pages(exchange);
}

void FrontDoor::refuse_body(const HttpRequest& request, HttpResponse& response) noexcept {
    const std::string message =
        "The bodies of other requests use all the memory of --body-memory. Send this request again later.";
    Exchange exchange(request, response);
    if (!lets_in(exchange)) return;
    if (exchange.mount != nullptr) {
        answer_too_many(exchange, message);
    } else {
        answer_error(exchange, ApiError(exceptions::service_unavailable, message));
    }
    allow_pages(exchange);
}

void FrontDoor::answer(const HttpRequest& request, HttpResponse& response) noexcept {
    const bool logged = log_.writes(LogLevel::info);
    const Timestamp started = logged ? engine_.clock().now() : Timestamp();
    Exchange exchange(request, response);
    try {
        if (lets_in(exchange)) {
            route(exchange);
            allow_pages(exchange);
        }
        // Error messages quote the request, which may contain anything.
        if (response.status >= first_error_status) response.body = escaped_json(std::move(response.body));
        if (log_.writes(LogLevel::debug)) log_bodies(exchange);
        compress(exchange.head.headers, response);
    } catch (const table::MemoryLimitReached& error) {
        answer_failure(exchange, error.what(), ApiError(exceptions::internal_server_error, error.what()));
    } catch (const std::exception& error) {
        answer_failure(exchange, error.what(), ApiError(exceptions::internal_server_error));
    } catch (...) {
        answer_failure(exchange, "an unknown exception", ApiError(exceptions::internal_server_error));
    }
    if (logged) log_exchange(exchange, started);
}

void FrontDoor::finish(const HttpRequest& request, HttpResponse& response) noexcept {
    const auto commit = std::move(response.commit);
    try {
        commit->finish();
    } catch (const std::exception& error) {
        Exchange exchange(request, response);
        answer_failure(exchange, error.what(), ApiError(exceptions::internal_server_error));
    }
}

void FrontDoor::log_answer(const HttpRequest& request, HttpResponse& response) const {
    const Exchange exchange(request, response);
    if (log_.writes(LogLevel::debug)) log_bodies(exchange);
    if (log_.writes(LogLevel::info)) log_exchange(exchange, engine_.clock().now());
}

void FrontDoor::log_bodies(const Exchange& exchange) const {
    // AdminCreateUser may carry a password.
    if (exchange.head.headers.x_amz_target.starts_with(cognito_target)) return;
    log_.debug(std::string("> ").append(exchange.request.body.substr(0, logged_body_bytes)));
    log_.debug(std::string("< ").append(exchange.response.content(), 0, logged_body_bytes));
}

void FrontDoor::route(Exchange& exchange) {
    const HttpRequest& request = exchange.request;
    HttpResponse& response = exchange.response;
    // A browser's preflight gets the same answer from every API.
    if (exchange.mount != nullptr && request.method != "OPTIONS") return answer_mount(exchange);
    switch (kind_of(request, exchange.head)) {
        case RequestKind::operation:
            if (const Service* service = router_.find_service(exchange.head.headers.x_amz_target)) {
                return answer_service(exchange, *service);
            }
            return answer_operation(exchange);
        case RequestKind::health:
            return answer_health(response);
        case RequestKind::preflight:
            return;
        case RequestKind::unknown:
            // DynamoDB Local ignores the path.
            if (as_dynamodb_local_ && is_page_request(request)) return answer_health(response);
            if (hints_ != nullptr) hints_->on_unknown(request, exchange.head, response);
            response.status = 404;
            response.fixed_body = "<UnknownOperationException/>\n";
            return;
    }
}

void FrontDoor::answer_mount(Exchange& exchange) const {
    const HttpRequest& request = exchange.request;
    const Mount& mount = *exchange.mount;
    const MountSigning& signing = mount.signing();
    if (const auto fault = signature_fault(request, exchange.head, signing.service)) {
        exchange.response = signing.refused(*fault);
        return;
    }
    exchange.response =
        mount.answer({.method = request.method,
                      .target = exchange.head.target,
                      .headers = request.headers,
                      .body = request.body,
                      .given_up = request.given_up != nullptr ? *request.given_up : std::stop_token()});
    if (exchange.response.status < first_error_status) return;
    if (hints_ == nullptr) return remove_hint(exchange.response);
    hints_->on_mounted(request, exchange.head, exchange.response);
}

void FrontDoor::answer_health(HttpResponse& response) const {
    if (as_dynamodb_local_) {
        // DynamoDB Local 2 and 3 were seen to send this body. DynamoDB Local 1 has "message" in place of
        // "Message". Tools wait for this status, and some also for this content type. Source: .NET's module
        // of Testcontainers; health checks in public compose files.
        response.status = first_error_status;
        response.content_type = "application/x-amz-json-1.0";
        // Some tools, such as @shelf/jest-dynamodb, look only at the status. A Node.js program that leaves
        // the body unread does not end before the connection does.
        response.ends_connection = true;
        response.fixed_body =
            R"({"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken",)"
            R"("Message":"Request must contain either a valid (registered) AWS access key ID or )"
            R"(X.509 certificate."})";
        return;
    }
    // AWS's text ends with this space.
    response.body.append("healthy: dynamodb.").append(engine_.options().region).append(".amazonaws.com ");
}

void FrontDoor::answer_operation(Exchange& exchange) {
    // The request's JSON is allocated in this memory and released with it. An ApiError may hold values copied
    // from there, so it is answered in this scope.
    std::array<unsigned char, 8192> first_piece;
    json::monotonic_resource memory(first_piece.data(), first_piece.size());
    exchange.response.content_type = response_content_type(exchange.head.headers);
    try {
        const Items items = as_dynamodb_local_ ? Items::in_json : Items::apart;
        WireRequest wire = reader_.read(exchange.request, exchange.head, &memory, items);
        if (as_dynamodb_local_) {
            operation::read_numbers_in_strings(wire.operation->name, wire.body.parsed());
        }
        if (log_.writes(LogLevel::info)) {
            exchange.operation = wire.operation->name;
            const json::value* table = wire.body.json().if_contains("TableName");
            if (table != nullptr && table->is_string()) exchange.table = table->get_string();
        }
        carry_out(exchange, wire);
    } catch (const ApiError& error) {
        answer_error(exchange, error);
    }
}

void FrontDoor::carry_out(Exchange& exchange, WireRequest& wire) try {
    HttpResponse& response = exchange.response;
    response.body = engine_.execute(
        *wire.operation, wire.body, wire.caller,
        {.fault = &response.fault, .commit = exchange.request.shares_commit ? &response.commit : nullptr});
} catch (const ApiError& error) {
    answer_error(exchange, error);
    if (exchange.response.fault != nullptr) tell_retry_after(exchange.response);
    if (hints_ != nullptr) {
        hints_->on_error({wire.operation->name, wire.body.whole(), error}, exchange.response);
    }
}

void FrontDoor::answer_service(Exchange& exchange, const Service& service) const {
    const RequestHead& head = exchange.head;
    exchange.operation = head.headers.x_amz_target.substr(service.prefix.size());
    if (const auto fault = signature_fault(exchange.request, head, service.signing)) {
        return answer_error(exchange, *fault);
    }
    try {
        const Caller caller = read_caller(head.headers, head.target);
        exchange.response = service.function({exchange.operation, exchange.request.body, caller});
    } catch (const ApiError& error) {
        answer_error(exchange, error);
    }
}

/// Answers in the form of DynamoDB's API.
void FrontDoor::answer_error(Exchange& exchange, const ApiError& error) {
    HttpResponse& response = exchange.response;
    response.status = error.status();
    response.content_type = response_content_type(exchange.head.headers);
    response.body = error.body();
}

void FrontDoor::answer_too_many(Exchange& exchange, std::string_view message) const {
    constexpr int too_many_requests = 429;
    exchange.response = exchange.mount != nullptr ? exchange.mount->refuse(too_many_requests, message)
                                                  : message_response(too_many_requests, message);
}

void FrontDoor::allow_pages(Exchange& exchange) const {
    const RequestHead& head = exchange.head;
    if (head.is_dynamodb() && head.headers.origin.empty()) return;
    append_cross_origin_headers(exchange.request, head, access_.readable_by(head), exchange.response);
}

void FrontDoor::answer_failure(Exchange& exchange, std::string_view reason, const ApiError& error) {
    const std::string_view target = exchange.head.headers.x_amz_target;
    if (!was_removed_ || !was_removed_()) {
        log_.error(std::string(target.empty() ? "request" : target).append(" failed: ").append(reason));
    }
    exchange.response.clear();
    answer_error(exchange, error);
    allow_pages(exchange);
}

void FrontDoor::log_exchange(const Exchange& exchange, Timestamp started) const {
    std::string line;
    if (namespace_name_ != default_namespace) {
        line.append("~").append(namespace_name_).append(" ");
    }
    if (exchange.operation.empty()) {
        line.append(exchange.request.method).append(" ").append(exchange.head.target.path());
        if (!exchange.head.headers.x_amz_target.empty())
            line.append(" ").append(exchange.head.headers.x_amz_target);
    } else {
        line.append(exchange.operation);
        if (!exchange.table.empty()) line.append(" ").append(exchange.table);
    }
    line.append(" ").append(std::to_string(exchange.response.status));
    line.append(" ").append(std::to_string(exchange.response.content().size())).append(" bytes ");
    line.append(std::to_string((engine_.clock().now() - started).count())).append(" us");
    log_.info(line);
}

}  // namespace tailrace::server
