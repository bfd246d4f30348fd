#pragma once

#include <zlib.h>

#include <string_view>
#include <vector>

namespace tailrace::server {

// zlib has bytes where others have characters, and does not change its input.
// NOLINTBEGIN(cppcoreguidelines-pro-type-const-cast,cppcoreguidelines-pro-type-reinterpret-cast)

inline void set_input(z_stream& stream, std::string_view data) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
}

inline void set_output(z_stream& stream, std::vector<char>& buffer) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
}

// NOLINTEND(cppcoreguidelines-pro-type-const-cast,cppcoreguidelines-pro-type-reinterpret-cast)

}  // namespace tailrace::server
