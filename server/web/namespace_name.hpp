#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
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

/// Which part of a request's credentials names its namespace, if nothing else does.
enum class Isolation : std::uint8_t { none, access_key, account, region, account_and_region };

/// Returns true for the id of an AWS account, which has twelve digits.
constexpr bool is_account_id(std::string_view text) {
    constexpr std::size_t digits = 12;
    return text.size() == digits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace tailrace::server
