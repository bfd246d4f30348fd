#pragma once

#include <cstdint>
#include <string_view>

namespace tailrace {

/// A 64-bit hash that never changes between versions: FNV-1a with a finishing mix. Files depend on it: the
/// keys of rows begin with their partition's hash.
std::uint64_t stable_hash(std::string_view bytes);

}  // namespace tailrace
