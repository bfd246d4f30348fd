#pragma once

#include <cstddef>
#include <string_view>

/// Counting and cutting UTF-8 texts. Each character begins with a byte that is not of the form 10xxxxxx.
namespace tailrace {

constexpr bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

/// The number of bytes of the character that begins with `first`.
constexpr std::size_t character_size(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// The first characters, as many as have at most `max_bytes` bytes together.
constexpr std::string_view first_characters(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    while (max_bytes > 0 && !begins_character(text[max_bytes])) --max_bytes;
    return text.substr(0, max_bytes);
}

constexpr std::size_t character_count(std::string_view text) {
    std::size_t characters = 0;
    for (const char c : text) characters += begins_character(c) ? 1 : 0;
    return characters;
}

/// The number of UTF-16 code units. A character outside the basic plane takes four bytes in UTF-8 and counts
/// as two units.
constexpr std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (const char c : text) {
        if (begins_character(c)) units += character_size(c) == 4 ? 2 : 1;
    }
    return units;
}

}  // namespace tailrace
