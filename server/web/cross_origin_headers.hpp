#pragma once

#include "server/web/access_policy.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// Appends the header lines by which a browser decides which pages may read a response, and, in the response
/// to a preflight request, what they may send. What can be loaded from what is not DynamoDB's API says
/// besides that pages of other origins may not load it as an image, a script or a frame.
///
/// Source: AWS sends Access-Control-Allow-Origin to requests that name an origin, and to no other.
void append_cross_origin_headers(const HttpRequest& request, const RequestHead& head, ReadableBy readable_by,
                                 HttpResponse& response);

}  // namespace tailrace::server
