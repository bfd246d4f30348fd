#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace tailrace::server {

/// Which part of a request's credentials chooses its namespace, if nothing else does.
enum class Isolation : std::uint8_t { none, access_key, account, region, account_and_region };

/// Returns true for the id of an AWS account, which has twelve digits.
constexpr bool is_account_id(std::string_view text) {
    constexpr std::size_t digits = 12;
    return text.size() == digits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace tailrace::server
