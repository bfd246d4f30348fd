#pragma once

#include <string_view>

#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {

/// True if all of `text` matches. Allocates only if the pattern has several segments or is repeated.
bool matches(const Pattern& pattern, std::string_view text);

}  // namespace tailrace::validation
