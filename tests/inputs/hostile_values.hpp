#pragma once

#include <string>
#include <vector>

namespace tailrace::inputs {

/// JSON texts to stand in place of any value of a request: each type, empty and null ones, the edges of the
/// integers, text in every encoding's corners. Some are no JSON at all.
const std::vector<std::string>& hostile_values();

/// Bodies that are no request of any operation.
const std::vector<std::string>& hostile_bodies();

}  // namespace tailrace::inputs
