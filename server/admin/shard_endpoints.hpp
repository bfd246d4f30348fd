#pragma once

#include "engine/operation/engine.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// POST /_tailrace/streams/split. The engine outlives the endpoints.
void add_shard_endpoints(Mount& admin, Engine& engine);

}  // namespace tailrace::server
