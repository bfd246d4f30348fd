#pragma once

#include <string>

#include "stream/mapping/mapping_status.hpp"

namespace tailrace::server {

/// Why a mapping has not handled everything, or is not called, and what helps, in one line for people; empty
/// where there is nothing to say.
std::string reason_of(const stream::MappingStatus& status);

/// Why a step has found no batch. Never empty.
std::string reason_for_no_batch(const stream::MappingStatus& status);

}  // namespace tailrace::server
