#pragma once

#include "server/requests/request_log.hpp"
#include "server/web/router.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// What the endpoints of the requests need. All of it must outlive them.
struct RequestParts {
    const Engine& engine;
    const stream::FunctionRegistry& functions;
    RequestLog& log;
};

/// Adds GET and DELETE /_tailrace/requests.
void add_request_endpoints(Mount& admin, const RequestParts& parts);

}  // namespace tailrace::server
