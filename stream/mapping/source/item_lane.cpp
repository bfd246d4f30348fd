#include "stream/mapping/source/item_lane.hpp"

#include <map>
#include <string>
#include <string_view>

#include "engine/model/stable_hash.hpp"

namespace tailrace::stream {

namespace json = boost::json;

std::size_t item_lane(const json::value& record, std::size_t lanes) {
    if (lanes == 1) return 0;
    std::map<std::string_view, std::string> parts;
    for (const auto& [name, value] : record.at("dynamodb").at("Keys").as_object()) {
        parts[name] = json::serialize(value);
    }
    std::string key;
    for (const auto& [name, value] : parts) key.append(name).append(value);
    return stable_hash(key) % lanes;
}

}  // namespace tailrace::stream
