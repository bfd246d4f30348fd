#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string_view>

namespace tailrace::server {

/// Returns true for 1 to 64 letters, digits, dots, underscores and hyphens. They must not all be dots:
/// clients take a part `..` of a path to mean the part before it.
inline bool is_namespace_name(std::string_view text) {
    constexpr std::size_t max_length = 64;
    const auto is_allowed = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
    };
    return text.size() <= max_length && std::ranges::all_of(text, is_allowed) &&
           text.find_first_not_of('.') != std::string_view::npos;
}

}  // namespace tailrace::server
