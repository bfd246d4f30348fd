#include "server/wire/wire_request.hpp"

#include <algorithm>
#include <array>

#include "engine/model/api_error.hpp"
#include "engine/model/function_mark.hpp"
#include "engine/operation/operation.hpp"
#include "server/wire/content_coding.hpp"
#include "server/wire/signature.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view plain_json = "application/json";
constexpr std::array<std::string_view, 2> aws_json = {"application/x-amz-json-1.0",
                                                      "application/x-amz-json-1.1"};

/// Removes the parameters from "application/json ; charset=utf-8".
std::string_view media_type(std::string_view content_type) {
    return trimmed(content_type.substr(0, content_type.find(';')));
}

bool is_json(std::string_view type) {
    return type == plain_json || std::find(aws_json.begin(), aws_json.end(), type) != aws_json.end();
}

std::string_view name_of(operation::Service service) {
    return service == operation::Service::streams ? "DynamoDBStreams_20120810" : "DynamoDB_20120810";
}

/// Returns the operation in "DynamoDB_20120810.PutItem"; null if the engine has no such operation, or if it
/// belongs to the other service, DynamoDB or DynamoDB Streams.
const operation::Operation* find_operation(std::string_view target, const Engine& engine) {
    const std::size_t dot = target.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const operation::Operation* found = engine.find(target.substr(dot + 1));
    return found != nullptr && target.substr(0, dot) == name_of(found->service) ? found : nullptr;
}

/// Decodes a body with this content coding, which must not be `none`. AWS answers InternalServerError if the
/// body does not have the coding that it names. The limit for bodies applies to the decoded body, too.
std::string decoded_body(std::string_view body, ContentCoding coding) {
    Decompressed decoded = decompressed(body, coding, max_body_bytes);
    if (decoded.error == DecompressError::too_large) throw ApiError(exceptions::request_too_large);
    if (decoded.error) throw ApiError(exceptions::internal_server_error);
    return std::move(decoded.body);
}

}  // namespace

bool is_page_request(const HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

RequestKind kind_of(const HttpRequest& request, const RequestHead& head) {
    if (request.method == "OPTIONS" && !head.headers.origin.empty()) return RequestKind::preflight;
    if (!head.target.is_root()) return RequestKind::unknown;
    if (is_page_request(request)) return RequestKind::health;
    if (request.method != "POST") return RequestKind::unknown;
    if (!request.body.empty() && !is_json(media_type(head.headers.content_type))) return RequestKind::unknown;
    return RequestKind::operation;
}

std::string_view response_content_type(const RequestHeaders& headers) {
    const auto found = std::find(aws_json.begin(), aws_json.end(), media_type(headers.content_type));
    return found != aws_json.end() ? *found : plain_json;
}

WireRequest WireReader::read(const HttpRequest& request, const RequestHead& head, json::storage_ptr memory,
                             Items items) const {
    const RequestHeaders& headers = head.headers;
    const std::optional<ContentCoding> coding = named_coding(headers.content_encoding);
    if (!coding) throw ApiError(exceptions::internal_server_error);
    const operation::Operation* found = find_operation(headers.x_amz_target, engine_);
    const auto read_body = [&] {
        if (*coding != ContentCoding::none) return RequestBody(decoded_body(request.body, *coding), memory);
        const bool apart = found != nullptr && items == Items::apart;
        return RequestBody(request.body, memory, apart ? found->items : ItemPath());
    };
    WireRequest wire{found, {}, read_body()};
    if (found == nullptr) throw ApiError(exceptions::unknown_operation);
    if (signatures_ != nullptr) [[unlikely]]
        signatures_->verify(request, head, dynamodb_signing);
    wire.caller = read_caller(headers, head.target);
    wire.caller.host = head.host();
    if (!headers.x_amzn_trace_id.empty()) [[unlikely]]
        wire.caller.function = function_mark_in(headers.x_amzn_trace_id);
    if (!wire.body.is_object()) throw ApiError::serialization();
    return wire;
}

}  // namespace tailrace::server
