#pragma once

#include "server/web/access_policy.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// Appends the headers by which a browser decides which pages may read a response. In the response to a
/// preflight, they also say what the pages may send. Responses to GET outside DynamoDB's API also say that
/// pages of other origins may not load them as an image, a script or a frame.
///
/// Observed on AWS: Access-Control-Allow-Origin is sent only in response to requests with an Origin.
void append_cross_origin_headers(const HttpRequest& request, const RequestHead& head, ReadableBy readable_by,
                                 HttpResponse& response);

}  // namespace tailrace::server
