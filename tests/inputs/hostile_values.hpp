#pragma once

#include <string>
#include <vector>

namespace tailrace::inputs {

/// JSON texts that can replace any value in a request: each type, empty values and null, the limits of the
/// integers, unusual text in every encoding. Some are not JSON at all.
const std::vector<std::string>& hostile_values();

/// Bodies that hardly any operation accepts.
const std::vector<std::string>& hostile_bodies();

}  // namespace tailrace::inputs
