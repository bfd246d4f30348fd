#include "engine/model/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tailrace {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t not_a_digit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digit_values() {
    std::array<std::uint8_t, 256> values{};
    values.fill(not_a_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

constexpr auto digit_values = make_digit_values();

std::uint8_t digit_value(char c) {
    return digit_values[static_cast<std::uint8_t>(c)];
}

std::string_view without_padding(std::string_view text) {
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return text;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
    std::size_t i = 0;
    const auto byte = [&](std::size_t at) -> std::uint32_t { return static_cast<std::uint8_t>(bytes[at]); };
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        for (const int shift : {18, 12, 6, 0}) out.push_back(alphabet[group >> shift & 63]);
    }
    const std::size_t rest = bytes.size() - i;
    if (rest == 0) return;
    const std::uint32_t group = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
    out.push_back(alphabet[group >> 18 & 63]);
    out.push_back(alphabet[group >> 12 & 63]);
    out.push_back(rest == 2 ? alphabet[group >> 6 & 63] : '=');
    out.push_back('=');
}

std::optional<Base64Fault> find_base64_fault(std::string_view text) {
    if (text.size() % 4 != 0) return Base64Fault::length;
    const std::string_view digits = without_padding(text);
    const auto is_digit = [](char c) { return digit_value(c) != not_a_digit; };
    if (!std::ranges::all_of(digits, is_digit)) return Base64Fault::character;
    if (digits.empty()) return std::nullopt;
    // A digit has six bits. For each "=", two bits of the last digit are left over after the last byte.
    const unsigned spare = (1U << 2 * (text.size() - digits.size())) - 1;
    if ((digit_value(digits.back()) & spare) != 0) return Base64Fault::spare_bits;
    return std::nullopt;
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    text = without_padding(text);
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : text) {
        const std::uint8_t value = digit_value(c);
        if (value == not_a_digit) return std::nullopt;
        group = group << 6 | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<char>(group >> bits & 0xff));
        }
    }
    return bytes;
}

std::optional<std::string> decode_base64_url(std::string_view text) {
    std::string usual;
    usual.reserve(text.size() + 2);
    for (const char c : text) {
        if (c == '+' || c == '/') return std::nullopt;
        usual.push_back(c == '-' ? '+' : c == '_' ? '/' : c);
    }
    if (!usual.ends_with('=')) usual.append((4 - usual.size() % 4) % 4, '=');
    return decode_base64(usual);
}

}  // namespace tailrace
