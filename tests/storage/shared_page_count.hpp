#pragma once

#include <cstddef>

#include "engine/storage/shared_pages.hpp"

namespace tailrace::tests {

/// The number of pages that both share, as opposed to copies.
inline std::size_t shared_page_count(const storage::SharedPages& pages, const storage::SharedPages& others) {
    std::size_t count = 0;
    for (std::size_t offset = 0; offset < pages.size_bytes(); offset += storage::page_bytes) {
        if (pages.page(offset) == others.page(offset)) ++count;
    }
    return count;
}

}  // namespace tailrace::tests
