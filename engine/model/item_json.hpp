#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"

namespace tailrace {

/// An item as it is stored.
struct ItemJson {
    /// Where an attribute is in the JSON: its name, without the quotes, and its value.
    struct Place {
        std::uint32_t name;
        std::uint32_t name_size;
        std::uint32_t value;
        std::uint32_t value_size;
    };

    /// Canonical; see append_json().
    std::string json;
    /// The item's size as DynamoDB counts it.
    std::uint32_t size_bytes = 0;
    /// The attributes, if they are known.
    std::vector<Place> places;

    /// Reads an attribute without the others. Returns nullopt if `places` has none with that name.
    std::optional<AttributeValue> find(std::string_view name) const;
};

}  // namespace tailrace
