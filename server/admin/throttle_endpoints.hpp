#pragma once

#include "engine/operation/engine.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the endpoints of the throughput that tables have left. The engine must outlive the endpoints.
void add_throttle_endpoints(Mount& admin, Engine& engine);

}  // namespace tailrace::server
