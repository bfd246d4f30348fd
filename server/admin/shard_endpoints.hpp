#pragma once

#include "engine/operation/engine.hpp"
#include "server/admin/admin_endpoints.hpp"

namespace tailrace::server {

/// POST /_tailrace/streams/split. The engine outlives the endpoints.
void add_shard_endpoints(AdminEndpoints& endpoints, Engine& engine);

}  // namespace tailrace::server
