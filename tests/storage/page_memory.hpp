#pragma once

#include <cstddef>

namespace tailrace::tests {

/// While it exists, its thread can allocate only a number of objects as large as a page or larger; the next
/// one ends in std::bad_alloc. SQLite's own memory is not limited.
class PageMemory {
  public:
    explicit PageMemory(std::size_t pages);
    ~PageMemory();
    PageMemory(const PageMemory&) = delete;
    PageMemory& operator=(const PageMemory&) = delete;
};

}  // namespace tailrace::tests
