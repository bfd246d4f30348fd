#include "conformance/runner/json_text.hpp"

#include <charconv>
#include <cstdint>
#include <stdexcept>

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr std::size_t line_width = 100;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// On one line, with a blank behind each comma and colon.
std::string spaced(const json::value& value) {
    std::string text;
    if (value.is_array()) {
        for (const json::value& each : value.get_array()) text += (text.empty() ? "" : ", ") + spaced(each);
        return "[" + text + "]";
    }
    if (!value.is_object()) return json::serialize(value);
    for (const auto& each : value.get_object()) {
        text += (text.empty() ? "" : ", ") + json::serialize(json::string(each.key())) + ": " +
                spaced(each.value());
    }
    return "{" + text + "}";
}

template <typename Members, typename Write>
std::string pretty_members(const Members& members, std::string_view brackets, const std::string& indent,
                           Write write) {
    std::string text(1, brackets[0]);
    bool first = true;
    for (const auto& member : members) {
        text += first ? "\n" : ",\n";
        first = false;
        text += indent + "  " + write(member);
    }
    return text + "\n" + indent + brackets[1];
}

}  // namespace

json::value parse_json(std::string_view text, json::error_code& error) {
    json::parse_options options;
    options.max_depth = 512;
    return json::parse(text, error, {}, options);
}

std::string pretty(const json::value& value, const std::string& indent) {
    std::string line = spaced(value);
    if (line.size() + indent.size() <= line_width || !value.is_structured()) return line;
    const std::string deeper = indent + "  ";
    if (value.is_array()) {
        return pretty_members(value.get_array(), "[]", indent,
                              [&](const json::value& each) { return pretty(each, deeper); });
    }
    return pretty_members(value.get_object(), "{}", indent, [&](const json::key_value_pair& each) {
        return json::serialize(json::string(each.key())) + ": " + pretty(each.value(), deeper);
    });
}

const json::value* find_path(const json::value& value, std::string_view path) {
    if (path.empty()) return &value;
    const std::size_t dot = path.find('.');
    const std::string_view head = path.substr(0, dot);
    const std::string_view rest = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    if (value.is_object()) {
        const json::value* found = value.get_object().if_contains(head);
        return found ? find_path(*found, rest) : nullptr;
    }
    std::size_t place = 0;
    const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), place);
    const bool is_place = error == std::errc() && end == head.data() + head.size();
    if (!value.is_array() || !is_place || place >= value.get_array().size()) return nullptr;
    return find_path(value.get_array()[place], rest);
}

std::string to_base64(std::string_view bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= count ? alphabet[group >> (18 - 6 * i) & 63U] : '=';
        }
    }
    return text;
}

std::string from_base64(std::string_view text) {
    std::string bytes;
    if (text.size() % 4 != 0) throw std::invalid_argument("base64 comes in groups of four");
    for (std::size_t at = 0; at < text.size(); at += 4) {
        std::uint32_t group = 0;
        std::size_t count = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const bool is_last_group = at + 4 == text.size();
            if (text[at + i] == '=' && is_last_group && i >= 2 && (i == 3 || text[at + 3] == '=')) {
                group <<= 6;
                continue;
            }
            const std::size_t digit = alphabet.find(text[at + i]);
            if (digit == std::string_view::npos) throw std::invalid_argument("base64 has no such digit");
            group = group << 6 | static_cast<std::uint32_t>(digit);
            ++count;
        }
        for (std::size_t i = 0; i + 1 < count; ++i) bytes += static_cast<char>(group >> (16 - 8 * i) & 255U);
    }
    return bytes;
}

}  // namespace tailrace::conformance
