#pragma once

#include "server/requests/request_log.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds GET and DELETE /_tailrace/requests. The engine and the log must outlive the endpoints.
void add_request_endpoints(Mount& admin, const Engine& engine, RequestLog& log);

}  // namespace tailrace::server
