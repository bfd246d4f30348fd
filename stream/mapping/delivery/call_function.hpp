#pragma once

#include <memory>

#include "engine/model/clock.hpp"
#include "stream/mapping/delivery/invocation.hpp"

namespace tailrace::stream {

/// Calls a function with a batch and records how that went. An exception of the handler becomes a function
/// error with the exception's text.
Invocation call_function(Handler& handler, std::shared_ptr<const EventBatch> batch, const Clock& clock);

}  // namespace tailrace::stream
