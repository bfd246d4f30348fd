#pragma once

#include <optional>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// Reads "2026-01-31T12:00:00Z", with or without a fraction, or seconds since 1970; nothing for anything
/// else.
std::optional<Timestamp> parse_moment(std::string_view text);

}  // namespace tailrace::server
