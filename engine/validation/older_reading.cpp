#include "engine/validation/older_reading.hpp"

#include <algorithm>

namespace tailrace::validation {
namespace {

namespace json = boost::json;

/// Levels of JSON. A value of 62 levels in a member of the request takes this many.
constexpr int max_levels = 128;

bool fits(const json::object& object, int levels);

bool fits(const json::value& value, int levels) {
    if (const auto* object = value.if_object()) return fits(*object, levels);
    const auto* list = value.if_array();
    if (list == nullptr) return true;
    return levels > 0 &&
           std::ranges::all_of(*list, [&](const json::value& each) { return fits(each, levels - 1); });
}

bool fits(const json::object& object, int levels) {
    return levels > 0 &&
           std::ranges::all_of(object, [&](const auto& member) { return fits(member.value(), levels - 1); });
}

}  // namespace

bool is_read_in_older_way(const json::object& request) {
    return !fits(request, max_levels);
}

}  // namespace tailrace::validation
