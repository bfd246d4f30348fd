#include "server/cache/cache_definition.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/model/parse_number.hpp"

namespace tailrace::server {
namespace {

constexpr std::size_t max_name_bytes = 255;

bool may_be_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

}  // namespace

std::chrono::seconds parse_time_to_live(std::string_view text) {
    const auto seconds = parse_number<std::int64_t>(text);
    if (!seconds || *seconds < 1 || *seconds > max_time_to_live.count()) return {};
    return std::chrono::seconds(*seconds);
}

CacheDefinition parse_cache_definition(std::string_view text) {
    const std::size_t colon = text.find(':');
    CacheDefinition cache{.name = std::string(text.substr(0, colon))};
    if (cache.name.empty() || cache.name.size() > max_name_bytes ||
        !std::ranges::all_of(cache.name, may_be_in_name)) {
        throw std::invalid_argument("'" + cache.name +
                                    "' is not a cache's name: 1 to 255 letters, digits, '-', '_' and '.'");
    }
    if (colon == std::string_view::npos) return cache;
    const std::string_view seconds = text.substr(colon + 1);
    cache.time_to_live = parse_time_to_live(seconds);
    if (cache.time_to_live.count() == 0) {
        throw std::invalid_argument("'" + std::string(seconds) + "' is not a time to live of the cache '" +
                                    cache.name + "': a whole number of seconds from 1 to " +
                                    std::to_string(max_time_to_live.count()));
    }
    return cache;
}

}  // namespace tailrace::server
