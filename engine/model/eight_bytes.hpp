#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Eight characters of a text at once, as one number.
namespace tailrace {

inline std::uint64_t eight_bytes(const char* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}

inline constexpr std::uint64_t ones_of_bytes = 0x0101010101010101;
inline constexpr std::uint64_t tops_of_bytes = 0x80 * ones_of_bytes;

/// Marks each byte that JSON must escape by setting its top bit. The expression (bytes - n) & ~bytes sets the
/// top bit of each byte that is smaller than n. A subtraction that borrows from the next higher byte may mark
/// that byte by mistake, so only two things are certain: whether there is a mark, and where the lowest one
/// is.
constexpr std::uint64_t marks_of_escaped(std::uint64_t word) {
    const std::uint64_t quotes = word ^ (ones_of_bytes * '"');
    const std::uint64_t backslashes = word ^ (ones_of_bytes * '\\');
    const std::uint64_t controls = (word - ones_of_bytes * 0x20) & ~word;
    return (controls | ((quotes - ones_of_bytes) & ~quotes) |
            ((backslashes - ones_of_bytes) & ~backslashes)) &
           tops_of_bytes;
}

/// The number of bytes before the lowest mark, in the order of memory on a little-endian machine.
constexpr std::size_t bytes_before_mark(std::uint64_t marks) {
    return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
}

}  // namespace tailrace
