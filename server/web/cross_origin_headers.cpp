#include "server/web/cross_origin_headers.hpp"

#include <string_view>

namespace tailrace::server {
namespace {

constexpr int ok_status = 200;

}  // namespace

void append_cross_origin_headers(const HttpRequest& request, const RequestHead& head, ReadableBy readable_by,
                                 HttpResponse& response) {
    const auto append = [&response](std::string_view name, std::string_view value) {
        if (!value.empty()) response.add_header(name, value);
    };
    // Over plain HTTP to an address that is not loopback, a browser asks for a script without Sec-Fetch-Site.
    const bool is_loadable = request.method == "GET" && response.status == ok_status;
    if (!head.is_dynamodb() && is_loadable) {
        append("Cross-Origin-Resource-Policy", "same-origin");
        append("X-Content-Type-Options", "nosniff");
        append("X-Frame-Options", "SAMEORIGIN");
    }
    if (readable_by == ReadableBy::own_pages) return;
    const bool for_all = readable_by == ReadableBy::every_page;
    append("Access-Control-Allow-Origin", for_all ? "*" : head.headers.origin);
    if (!for_all) append("Vary", "Origin");
    append("Access-Control-Expose-Headers",
           "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-tailrace-hint");
    if (request.method != "OPTIONS") return;
    append("Access-Control-Allow-Headers", head.headers.access_control_request_headers);
    append("Access-Control-Allow-Methods", head.headers.access_control_request_method);
    append("Access-Control-Max-Age", "172800");
}

}  // namespace tailrace::server
