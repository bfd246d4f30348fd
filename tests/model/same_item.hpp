#pragma once

#include <boost/json.hpp>
#include <string>

#include "engine/model/attribute_json.hpp"
#include "engine/model/item_json.hpp"

namespace tailrace::tests {

/// Says how an item that was read separately differs from the same item in the JSON of a request; empty if
/// they are equal. Throws ApiError if the item in the JSON has a fault.
inline std::string difference(const ItemJson& item, const boost::json::object& in_json) {
    for (const ValueWords words : {ValueWords::older, ValueWords::newer}) {
        const AttributeMap parsed = parse_attribute_map(in_json, words);
        if (item.json != to_json(parsed)) return item.json + " instead of " + to_json(parsed);
        if (item.size_bytes != item_size_bytes(parsed)) return "the size of " + item.json;
        if (item.places.size() != parsed.size()) return "the attributes of " + item.json;
        for (const auto& [name, value] : parsed) {
            const auto found = item.find(name);
            if (!found || !(*found == value)) return "the attribute " + name + " of " + item.json;
        }
    }
    return {};
}

}  // namespace tailrace::tests
