#pragma once

#include <boost/json.hpp>

#include "server/web/web_message.hpp"

namespace tailrace::server {

/// Returns a request's body as a JSON object, which is empty if there is no body. Throws LambdaError.
boost::json::object read_body(const WebRequest& request);

}  // namespace tailrace::server
