#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// The latest time that a clock can show. The earliest is the start of 1970.
inline constexpr Timestamp last_moment =
    std::chrono::sys_days(std::chrono::year(9999) / std::chrono::December / 31) + std::chrono::days(1) -
    std::chrono::microseconds(1);

/// Parses "2026-01-31T12:00:00Z", with or without a fraction, or seconds since 1970. Returns nullopt for any
/// other text, and for a time before 1970 or after 9999.
std::optional<Timestamp> parse_moment(std::string_view text);

}  // namespace tailrace::server
