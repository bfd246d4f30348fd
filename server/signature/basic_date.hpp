#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::server {

/// Parses a time in the basic format of ISO 8601, "20260131T120000Z". Returns nullopt for any other text.
std::optional<Timestamp> parse_basic_date(std::string_view text);

/// Formats a time in that format, without its fraction of a second.
std::string basic_date(Timestamp time);

}  // namespace tailrace::server
