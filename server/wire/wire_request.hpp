#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/operation/engine.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/request_headers.hpp"
#include "server/wire/request_target.hpp"

namespace tailrace::server {

/// The most a request's body may hold, compressed and decompressed.
inline constexpr std::size_t max_body_bytes = 16 * 1024 * 1024;

/// What an HTTP request turns out to be before its body is looked at.
enum class RequestKind {
    operation,
    /// GET or HEAD of "/": is the endpoint there?
    health,
    /// A browser asks whether a page of another origin may send a request.
    preflight,
    /// None that DynamoDB's endpoint answers.
    unknown,
};

/// A request's headers and target, read.
struct RequestHead {
    RequestHeaders headers;
    RequestTarget target;

    explicit RequestHead(const HttpRequest& request) : headers(request.headers), target(request.target) {}

    /// "dynamodb.us-east-1.amazonaws.com" or "localhost:8000"; empty where the client names none.
    std::string_view host() const { return target.authority().empty() ? headers.host : target.authority(); }
    /// Whether it is addressed to DynamoDB's API, all of which stands at one path.
    bool is_dynamodb() const { return target.is_root(); }
};

/// Whether the request is what a browser sends for a page: GET, or HEAD, which is answered as GET is but for
/// the body.
bool is_page_request(const HttpRequest& request);

RequestKind kind_of(const HttpRequest& request, const RequestHead& head);

/// The response's Content-Type: the request's where it is one of AWS's own, else plain JSON.
std::string_view response_content_type(const RequestHeaders& headers);

/// One operation as the engine's door takes it. `body` lives in the memory it was read into, and so does
/// every copy made of it without naming another.
struct WireRequest {
    const operation::Operation* operation;
    Caller caller;
    boost::json::value body;

    const boost::json::object& parameters() const { return body.get_object(); }
};

/// Reads a request of kind `operation` for one that the engine knows. Throws ApiError, the first fault in the
/// order in which AWS reports them: body that cannot be decompressed, body that is no JSON, target,
/// signature, body that is not there.
WireRequest read_wire_request(const HttpRequest& request, const RequestHead& head, const Engine& engine,
                              boost::json::storage_ptr memory);

}  // namespace tailrace::server
