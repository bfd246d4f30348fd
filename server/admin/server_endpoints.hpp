#pragma once

#include "engine/model/clock.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the endpoints that tell of the server itself. The clock outlives the endpoints.
void add_server_endpoints(Mount& admin, const Clock& clock);

}  // namespace tailrace::server
