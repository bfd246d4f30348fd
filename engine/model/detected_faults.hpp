#pragma once

#include <string>
#include <vector>

namespace tailrace {

/// AWS's message about the members of a request that break a constraint: "2 validation errors detected: …;
/// …".
std::string detected_faults(const std::vector<std::string>& faults);

}  // namespace tailrace
