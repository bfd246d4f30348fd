#include "engine/model/json_writer.hpp"

#include <cstdint>

#include "engine/model/eight_bytes.hpp"

namespace tailrace {
namespace {

constexpr bool must_be_escaped(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

bool any_must_be_escaped(std::uint64_t word) {
    return marks_of_escaped(word) != 0;
}

/// Packs up to seven characters into eight bytes. The unused bytes hold a character that needs no escape.
std::uint64_t few_bytes(std::string_view text) {
    std::uint64_t word = 0x6161616161616161;
    if (text.size() < 4) {
        for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
        return word;
    }
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, text.data(), sizeof first);
    std::memcpy(&last, text.data() + text.size() - sizeof last, sizeof last);
    return static_cast<std::uint64_t>(first) << 32 | last;
}

/// True if JSON can hold the text unchanged. The last eight bytes may be examined twice.
bool needs_no_escape(std::string_view text) {
    constexpr std::size_t step = sizeof(std::uint64_t);
    if (text.size() < step) return !any_must_be_escaped(few_bytes(text));
    for (std::size_t from = 0; from + step <= text.size(); from += step) {
        if (any_must_be_escaped(eight_bytes(text.data() + from))) return false;
    }
    return !any_must_be_escaped(eight_bytes(text.data() + text.size() - step));
}

/// The offset of the first character at or after `from` that must be escaped, or the text's size.
std::size_t next_to_escape(std::string_view text, std::size_t from) {
    while (from + sizeof(std::uint64_t) <= text.size() &&
           !any_must_be_escaped(eight_bytes(text.data() + from))) {
        from += sizeof(std::uint64_t);
    }
    while (from < text.size() && !must_be_escaped(text[from])) ++from;
    return from;
}

}  // namespace

void JsonWriter::escaped(std::string_view text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    std::size_t plain = 0;
    for (std::size_t i = next_to_escape(text, 0); i < text.size(); i = next_to_escape(text, plain)) {
        const auto c = static_cast<unsigned char>(text[i]);
        put(text.substr(plain, i - plain));
        plain = i + 1;
        switch (c) {
            case '"':
                put("\\\"");
                break;
            case '\\':
                put("\\\\");
                break;
            case '\b':
                put("\\b");
                break;
            case '\f':
                put("\\f");
                break;
            case '\n':
                put("\\n");
                break;
            case '\r':
                put("\\r");
                break;
            case '\t':
                put("\\t");
                break;
            default:
                put("\\u00");
                put(hex[c >> 4]);
                put(hex[c & 15]);
        }
    }
    put(text.substr(plain));
}

void JsonWriter::string(std::string_view text) {
    put('"');
    if (needs_no_escape(text)) {
        put(text);
    } else {
        escaped(text);
    }
    put('"');
}

void append_json_string(std::string& out, std::string_view text) {
    JsonWriter(out).string(text);
}

}  // namespace tailrace
