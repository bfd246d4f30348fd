#pragma once

#include "engine/operation/engine.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds GET, PUT and DELETE /_tailrace/consistency. The engine must outlive the endpoints.
void add_consistency_endpoints(Mount& admin, Engine& engine);

}  // namespace tailrace::server
