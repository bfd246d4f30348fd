#pragma once

#include "engine/operation/engine.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds POST /_tailrace/streams/split. The engine must outlive the endpoints.
void add_shard_endpoints(Mount& admin, Engine& engine);

}  // namespace tailrace::server
