#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Counting, cutting and checking UTF-8 texts. Each character begins with a byte that is not of the form
/// 10xxxxxx.
namespace tailrace {

constexpr bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

/// The number of bytes of the character that begins with `first`.
constexpr std::size_t character_size(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// As many of the first characters as fit into `max_bytes` bytes.
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

/// The number of bytes of a text's first character, which is not ASCII; 0 if the character is not valid.
/// Source: RFC 3629, section 4.
constexpr std::size_t valid_character_size(std::string_view text) {
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (text.empty() || byte(0) < 0xc2 || byte(0) > 0xf4) return 0;
    const std::size_t size = character_size(text.front());
    if (text.size() < size) return 0;
    for (std::size_t at = 1; at < size; ++at) {
        if (begins_character(text[at])) return 0;
    }
    // Overlong encodings, halves of UTF-16 characters, and characters beyond U+10FFFF.
    if (byte(0) == 0xe0 && byte(1) < 0xa0) return 0;
    if (byte(0) == 0xed && byte(1) > 0x9f) return 0;
    if (byte(0) == 0xf0 && byte(1) < 0x90) return 0;
    if (byte(0) == 0xf4 && byte(1) > 0x8f) return 0;
    return size;
}

/// Appends the character with that number, which is at most 0x10ffff.
inline void append_character(std::string& out, std::uint32_t code) {
    const auto continuation = [&out, code](unsigned shift) {
        out.push_back(static_cast<char>(0x80U | ((code >> shift) & 0x3fU)));
    };
    if (code < 0x80) {
        out.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        out.push_back(static_cast<char>(0xc0U | (code >> 6U)));
        continuation(0);
    } else if (code < 0x10000) {
        out.push_back(static_cast<char>(0xe0U | (code >> 12U)));
        continuation(6);
        continuation(0);
    } else {
        out.push_back(static_cast<char>(0xf0U | (code >> 18U)));
        continuation(12);
        continuation(6);
        continuation(0);
    }
}

}  // namespace tailrace
