#pragma once

#include <cstddef>

namespace tailrace::tests {

/// While it exists, its thread can allocate only a limited number of objects of a page's size or more; the
/// next such allocation throws std::bad_alloc. SQLite's own memory is not limited.
class PageMemory {
  public:
    explicit PageMemory(std::size_t pages);
    ~PageMemory();
    PageMemory(const PageMemory&) = delete;
    PageMemory& operator=(const PageMemory&) = delete;
};

}  // namespace tailrace::tests
