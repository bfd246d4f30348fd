#pragma once

#include "engine/model/clock.hpp"
#include "server/admin/admin_endpoints.hpp"

namespace tailrace::server {

/// GET /_tailrace/clock, and POST where there is a clock to move: the same one, or null. The clocks outlive
/// the endpoints.
void add_clock_endpoints(AdminEndpoints& endpoints, const Clock& clock, ManualClock* movable);

}  // namespace tailrace::server
