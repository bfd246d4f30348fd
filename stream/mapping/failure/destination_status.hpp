#pragma once

#include <cstdint>
#include <string>

#include "engine/model/clock.hpp"

namespace tailrace::stream {

/// How a mapping's OnFailure destination is doing.
struct DestinationStatus {
    /// Batches that were given up and of which it could not be told.
    std::uint64_t failures = 0;
    /// The last of these failures, which no later success takes away. Empty when there was none.
    std::string last_error;
    Timestamp last_error_time = {};
};

}  // namespace tailrace::stream
