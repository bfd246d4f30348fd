#pragma once

#include "engine/operation/engine.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the endpoints that show and set the throughput limits of tables. The engine must outlive the
/// endpoints.
void add_throttle_endpoints(Mount& admin, Engine& engine);

}  // namespace tailrace::server
