#pragma once

#include "engine/model/clock.hpp"
#include "server/admin/admin_endpoints.hpp"

namespace tailrace::server {

/// Adds the endpoints that tell of the server itself. The clock outlives the endpoints.
void add_server_endpoints(AdminEndpoints& endpoints, const Clock& clock);

}  // namespace tailrace::server
