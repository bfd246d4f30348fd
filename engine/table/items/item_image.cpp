#include "engine/table/items/item_image.hpp"

#include <vector>

#include "engine/model/attribute_json.hpp"

namespace tailrace::table {
namespace {

/// Adds the attributes with these names that the item has. A name may occur several times.
template <typename Names, typename NameOf>
void take_named(std::vector<AttributeMap::Entry>& named, const ItemImage& image, const Names& names,
                NameOf name_of) {
    for (const auto& each : names) {
        const std::string& name = name_of(each);
        if (auto value = image.find(name)) named.emplace_back(name, std::move(*value));
    }
}

AttributeMap named_attributes(const ItemImage& image, const TableDefinition& definition) {
    std::vector<AttributeMap::Entry> named;
    named.reserve(definition.keys.size());
    const auto name_of_key = [](const KeyAttribute& key) -> const std::string& { return key.name; };
    const auto name_of_attribute = [](const std::string& name) -> const std::string& { return name; };
    take_named(named, image, definition.keys.attributes, name_of_key);
    for (const IndexDefinition& index : definition.indexes) {
        take_named(named, image, index.keys.attributes, name_of_key);
        take_named(named, image, index.non_key_attributes, name_of_attribute);
    }
    return AttributeMap(std::move(named));
}

}  // namespace

ItemImage::ItemImage(AttributeMap from) : item(std::move(from)) {
    // The JSON around a value, so that most texts need only one allocation.
    constexpr std::size_t around_attribute = 24;
    size_bytes = static_cast<std::uint32_t>(item_size_bytes(item));
    json.reserve(size_bytes + item.size() * around_attribute);
    append_json(json, item);
}

ImageAttributes::ImageAttributes(const ItemImage& image, const TableDefinition& definition) {
    if (image.places.empty()) {
        all_ = &image.item;
    } else {
        named_ = named_attributes(image, definition);
    }
}

}  // namespace tailrace::table
