#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "engine/model/request_body.hpp"
#include "engine/operation/engine.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/request_headers.hpp"
#include "server/wire/request_target.hpp"
#include "server/wire/signature_check.hpp"

namespace tailrace::server {

/// The largest body of a request, both compressed and decompressed.
inline constexpr std::size_t max_body_bytes = 16 * 1024 * 1024;

/// What the x-amz-target of Amazon Cognito's operations begins with.
inline constexpr std::string_view cognito_target = "AWSCognitoIdentityProviderService.";

/// The kind of an HTTP request, which is known before its body is parsed.
enum class RequestKind {
    operation,
    /// GET or HEAD of "/", which asks whether the endpoint is there.
    health,
    /// A browser asks whether a page of another origin may send a request.
    preflight,
    /// A request that DynamoDB's endpoint does not know.
    unknown,
};

/// A request's parsed headers and target.
struct RequestHead {
    RequestHeaders headers;
    RequestTarget target;

    explicit RequestHead(const HttpRequest& request) : headers(request.headers), target(request.target) {}

    /// Returns "dynamodb.us-east-1.amazonaws.com" or "localhost:8000", or an empty string if the client names
    /// no host.
    std::string_view host() const { return target.authority().empty() ? headers.host : target.authority(); }
    /// Returns true if the request is addressed to DynamoDB's API, all of which is at one path. Only
    /// Cognito's API is at that path, too.
    bool is_dynamodb() const { return target.is_root() && !headers.x_amz_target.starts_with(cognito_target); }
};

/// Returns true for what a browser sends for a page: GET, or HEAD, which is answered like GET without the
/// body.
bool is_page_request(const HttpRequest& request);

RequestKind kind_of(const HttpRequest& request, const RequestHead& head);

/// Returns the response's Content-Type: the request's if it is one of AWS's own, else plain JSON.
std::string_view response_content_type(const RequestHeaders& headers);

/// One operation in the form that the engine takes. The JSON of `body`, an object, is allocated in the memory
/// that WireReader::read() is given.
struct WireRequest {
    const operation::Operation* operation;
    Caller caller;
    RequestBody body;
};

/// Whether the items that an operation puts are read separately from the rest of its request; see
/// RequestBody.
enum class Items { apart, in_json };

/// Reads requests of kind `operation` for operations that the engine knows. May be called from any thread.
class WireReader {
  public:
    /// Both must outlive the reader. If `signatures` is null, the values of signatures are not checked.
    WireReader(const Engine& engine, const SignatureCheck* signatures)
        : engine_(engine), signatures_(signatures) {}

    /// The request's JSON is allocated in `memory`, and refers to the request. Throws ApiError for the first
    /// fault, in AWS's order: a body that cannot be decompressed, a body that is not JSON, the target, the
    /// signature, a missing body.
    WireRequest read(const HttpRequest& request, const RequestHead& head, boost::json::storage_ptr memory,
                     Items items = Items::apart) const;

  private:
    const Engine& engine_;
    const SignatureCheck* signatures_;
};

}  // namespace tailrace::server
