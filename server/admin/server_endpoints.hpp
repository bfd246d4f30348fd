#pragma once

#include "engine/model/clock.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the endpoints about the server itself. The clock must outlive the endpoints.
void add_server_endpoints(Mount& admin, const Clock& clock);

}  // namespace tailrace::server
