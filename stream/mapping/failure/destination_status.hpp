#pragma once

#include <cstdint>
#include <string>

#include "engine/model/clock.hpp"

namespace tailrace::stream {

/// The state of a mapping's OnFailure destination.
struct DestinationStatus {
    /// Discarded batches that could not be reported to it.
    std::uint64_t failures = 0;
    /// The last of these failures, which no later success clears. Empty if there was none.
    std::string last_error;
    Timestamp last_error_time = {};
};

}  // namespace tailrace::stream
