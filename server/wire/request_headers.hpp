#pragma once

#include <span>
#include <string_view>

#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// The headers that matter here, found in one pass over a request's headers. A missing header is empty. If a
/// header comes twice, the last one counts.
struct RequestHeaders {
    std::string_view accept_encoding;
    std::string_view access_control_request_headers;
    std::string_view access_control_request_method;
    std::string_view authorization;
    std::string_view content_encoding;
    std::string_view content_type;
    std::string_view date;
    std::string_view host;
    std::string_view origin;
    std::string_view x_amz_date;
    std::string_view x_amz_target;
    std::string_view x_amzn_trace_id;

    explicit RequestHeaders(std::span<const HttpHeader> headers);
};

/// Returns `text` without spaces and tabs at its ends.
std::string_view trimmed(std::string_view text);

}  // namespace tailrace::server
