#pragma once

#include <cstddef>

namespace tailrace {

/// What DynamoDB counts, in bytes, for a list or map besides its contents, and for each of its elements.
inline constexpr std::size_t document_overhead_bytes = 3;
inline constexpr std::size_t element_overhead_bytes = 1;

}  // namespace tailrace
