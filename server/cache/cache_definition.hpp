#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace tailrace::server {

/// A cache that the server provides.
struct CacheDefinition {
    std::string name;
    /// How long a value lives if no time is given with it. Momento's HTTP API always requires one.
    std::chrono::seconds time_to_live{600};
};

/// The longest life of a value: 1,000,000 days, so that no clock overflows.
inline constexpr std::chrono::seconds max_time_to_live{std::chrono::days(1'000'000)};

/// Returns a whole number of seconds, from 1 to the longest, or zero for any other text.
std::chrono::seconds parse_time_to_live(std::string_view text);

/// Parses "cruddur" or "cruddur:600". A name has 1 to 255 letters, digits, '-', '_' and '.'. Throws
/// std::invalid_argument that says what is wrong.
CacheDefinition parse_cache_definition(std::string_view text);

}  // namespace tailrace::server
