#pragma once

#include <functional>

#include "engine/model/clock.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds GET and POST /_tailrace/clock. `movable` is the same clock if it can be moved, else null. The clocks
/// must outlive the endpoints. `moved`, if given, is called after the clock was moved and before the request
/// is answered.
void add_clock_endpoints(Mount& admin, const Clock& clock, ManualClock* movable,
                         std::function<void()> moved = {});

/// Returns the answer to a request to move a clock that cannot be moved.
HttpResponse refuse_to_move();

}  // namespace tailrace::server
