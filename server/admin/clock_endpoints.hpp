#pragma once

#include <functional>

#include "engine/model/clock.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// GET /_tailrace/clock, and POST where there is a clock to move: the same one, or null. The clocks outlive
/// the endpoints. `moved`, where it is given, is called after the clock was moved, before that is answered.
void add_clock_endpoints(Mount& admin, const Clock& clock, ManualClock* movable,
                         std::function<void()> moved = {});

}  // namespace tailrace::server
