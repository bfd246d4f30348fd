#include "engine/table/ranges/segment.hpp"

#include "engine/storage/key_encoding.hpp"

namespace tailrace::table {

storage::KeyRange Segment::rows() const {
    return storage::segment_range(number, total);
}

bool Segment::holds(std::string_view row_key) const {
    return storage::in_segment(row_key, number, total);
}

}  // namespace tailrace::table
