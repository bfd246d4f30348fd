#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string_view>

namespace tailrace::server {

/// Returns true for 1 to 64 letters, digits, dots, underscores and hyphens.
inline bool is_namespace_name(std::string_view text) {
    constexpr std::size_t max_length = 64;
    const auto is_allowed = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
    };
    return !text.empty() && text.size() <= max_length && std::ranges::all_of(text, is_allowed);
}

}  // namespace tailrace::server
