#include "conformance/runner/wire/json_text.hpp"

#include <openssl/evp.h>

#include <charconv>
#include <stdexcept>

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr std::size_t line_width = 100;

/// On one line, with a blank after each comma and colon.
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
    std::string text((bytes.size() + 2) / 3 * 4, '\0');
    // EVP_EncodeBlock writes a terminating zero, for which a std::string has room.
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                    reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    return text;
}

std::string from_base64(std::string_view text) {
    const std::size_t digits = text.find_last_not_of('=') + 1;
    const std::size_t padding = text.size() - digits;
    std::string bytes(text.size() / 4 * 3, '\0');
    const bool has_shape = text.size() % 4 == 0 && padding <= 2 && text.find_first_of("= \t\r\n") >= digits;
    if (!has_shape || EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size())) < 0) {
        throw std::invalid_argument("it is not base64 with padding");
    }
    bytes.resize(bytes.size() - padding);
    return bytes;
}

}  // namespace tailrace::conformance
