#pragma once

#include "server/admin/admin_endpoints.hpp"
#include "server/process/time_to_live_sweeper.hpp"

namespace tailrace::server {

/// POST /_tailrace/ttl/sweep. The sweeper outlives the endpoints.
void add_time_to_live_endpoints(AdminEndpoints& endpoints, TimeToLiveSweeper& sweeper);

}  // namespace tailrace::server
