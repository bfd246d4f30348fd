#pragma once

#include "server/process/time_to_live_sweeper.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// POST /_tailrace/ttl/sweep. The sweeper outlives the endpoints.
void add_time_to_live_endpoints(Mount& admin, TimeToLiveSweeper& sweeper);

}  // namespace tailrace::server
