#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// The last moment that a clock shows. The first is the beginning of 1970.
inline constexpr Timestamp last_moment =
    std::chrono::sys_days(std::chrono::year(9999) / std::chrono::December / 31) + std::chrono::days(1) -
    std::chrono::microseconds(1);

/// Reads "2026-01-31T12:00:00Z", with or without a fraction, or seconds since 1970; nothing for anything
/// else, and for a moment before 1970 or after 9999.
std::optional<Timestamp> parse_moment(std::string_view text);

}  // namespace tailrace::server
