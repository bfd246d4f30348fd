#pragma once

#include <malloc.h>

#include <cstddef>
#include <string>

namespace tailrace::tests {

/// Returns the number of bytes that this process has allocated and not freed. Sees nothing with a sanitizer,
/// which replaces the allocator.
inline std::ptrdiff_t allocated_bytes() {
    const struct mallinfo2 memory = ::mallinfo2();
    return static_cast<std::ptrdiff_t>(memory.uordblks + memory.hblkhd);
}

/// True if allocated_bytes() sees what this process allocates.
inline bool sees_allocations() {
    constexpr std::ptrdiff_t size = 100'000;
    const std::ptrdiff_t before = allocated_bytes();
    const std::string memory(size, 'x');
    return !memory.empty() && allocated_bytes() - before >= size;
}

}  // namespace tailrace::tests
