#pragma once

#include <string>

#include "engine/model/clock.hpp"
#include "stream/mapping/mapping_status.hpp"

namespace tailrace::server {

/// Returns why a mapping has not handled everything or does not call its function, and what helps, in one
/// line for people. Returns an empty string if there is nothing to say.
std::string reason_of(const stream::MappingStatus& status);

/// Returns why a step found no batch. Never empty.
std::string reason_for_no_batch(const stream::MappingStatus& status);

/// Returns "at 2026-01-31T12:00:00.100Z". If the clock stands still, also says how to move it there.
std::string moment_text(Timestamp time, bool clock_stands_still);

}  // namespace tailrace::server
