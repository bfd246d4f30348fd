#include "conformance/runner/wire/printable_text.hpp"

#include <algorithm>
#include <cstdio>

namespace tailrace::conformance {
namespace {

unsigned byte_at(std::string_view text, std::size_t place) {
    return static_cast<unsigned char>(text[place]);
}

bool continues(unsigned byte) {
    return (byte & 0xC0U) == 0x80U;
}

/// The length in bytes of the character that begins with this byte; 0 if none does.
std::size_t length_of_character(unsigned first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return 2;
    if (first >= 0xE0 && first <= 0xEF) return 3;
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

struct Character {
    /// 0 if no UTF-8 character begins here.
    std::size_t size = 0;
    unsigned code = 0;
};

/// The first character of the text. As UTF-8 demands, overlong forms and surrogates do not count.
Character first_character(std::string_view text) {
    const unsigned first = byte_at(text, 0);
    const std::size_t size = length_of_character(first);
    if (size == 1) return {1, first};
    if (size == 0 || size > text.size()) return {};
    unsigned code = first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (!continues(byte_at(text, i))) return {};
        code = code << 6U | (byte_at(text, i) & 0x3FU);
    }
    constexpr unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least[size] || is_surrogate || code > 0x10FFFF) return {};
    return {size, code};
}

/// True for control characters, those that change the direction of text, and the two that XML 1.0 excludes.
bool steers(unsigned code) {
    if (code == '\n' || code == '\t') return false;
    return code < ' ' || (code >= 0x7F && code <= 0x9F) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFFFE || code == 0xFFFF;
}

std::string written(const char* form, unsigned number) {
    char text[12];
    std::snprintf(text, sizeof text, form, number);
    return text;
}

}  // namespace

std::string printable(std::string_view bytes) {
    std::string result;
    while (!bytes.empty()) {
        const Character next = first_character(bytes);
        const std::size_t size = std::max<std::size_t>(next.size, 1);
        if (next.size > 0 && !steers(next.code)) {
            result += bytes.substr(0, size);
        } else {
            result += size == 1 ? written("\\x%02x", byte_at(bytes, 0)) : written("\\u%04x", next.code);
        }
        bytes.remove_prefix(size);
    }
    return result;
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const Character next = first_character(bytes);
        if (next.size == 0) return false;
        bytes.remove_prefix(next.size);
    }
    return true;
}

std::string shortened(const std::string& text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    std::size_t end = max_bytes;
    // A character has at most three bytes after its first; if there are more, the text is not UTF-8 anyway.
    for (int back = 0; back < 3 && end > 0 && continues(byte_at(text, end)); ++back) --end;
    return text.substr(0, end) + "… (" + std::to_string(text.size()) + " bytes)";
}

std::string shell_quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
    return result + "'";
}

}  // namespace tailrace::conformance
