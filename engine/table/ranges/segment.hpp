#pragma once

#include <cstdint>
#include <string_view>

#include "engine/storage/store.hpp"

namespace tailrace::table {

/// One of the equal parts into which a parallel scan divides a table or an index: a range of partition
/// hashes. `number` is less than `total`.
struct Segment {
    std::uint32_t number = 0;
    std::uint32_t total = 1;

    storage::KeyRange rows() const;
    bool holds(std::string_view row_key) const;
};

}  // namespace tailrace::table
