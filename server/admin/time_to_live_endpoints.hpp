#pragma once

#include "server/process/time_to_live_sweeper.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds POST /_tailrace/ttl/sweep. The sweeper must outlive the endpoints.
void add_time_to_live_endpoints(Mount& admin, TimeToLiveSweeper& sweeper);

}  // namespace tailrace::server
