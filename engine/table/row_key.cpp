#include "engine/table/row_key.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/storage/key_encoding.hpp"

namespace tailrace::table {

std::string base_row_key(const TableDefinition& definition, const AttributeMap& item) {
    const std::array<const AttributeValue*, 1> partition = {
        item.find(definition.keys.partition.front().name)};
    std::string key = storage::encode_partition(partition);
    for (const KeyAttribute& sort : definition.keys.sort)
        storage::append_component(key, *item.find(sort.name));
    return key;
}

std::optional<std::string> index_row_key(const TableDefinition& definition, const IndexDefinition& index,
                                         const AttributeMap& item) {
    std::vector<const AttributeValue*> partition;
    for (const KeyAttribute& each : index.keys.partition) {
        const AttributeValue* value = item.find(each.name);
        if (value == nullptr || value->type() != each.type) return std::nullopt;
        partition.push_back(value);
    }
    std::string key = storage::encode_partition(partition);
    for (const KeyAttribute& each : index.keys.sort) {
        const AttributeValue* value = item.find(each.name);
        if (value == nullptr || value->type() != each.type) return std::nullopt;
        storage::append_component(key, *value);
    }
    for (const KeyAttribute& each : definition.keys.partition)
        storage::append_component(key, *item.find(each.name));
    for (const KeyAttribute& each : definition.keys.sort)
        storage::append_component(key, *item.find(each.name));
    return key;
}

AttributeMap key_of(const TableDefinition& definition, const IndexDefinition* index,
                    const AttributeMap& item) {
    AttributeMap key;
    const auto take = [&](const KeySchema& schema) {
        for (const KeyAttribute& each : schema.attributes()) {
            if (const AttributeValue* value = item.find(each.name)) key.set(each.name, *value);
        }
    };
    take(definition.keys);
    if (index != nullptr) take(index->keys);
    return key;
}

AttributeMap project(const TableDefinition& definition, const IndexDefinition& index,
                     const AttributeMap& item) {
    if (index.projection == ProjectionType::all) return item;
    AttributeMap projected = key_of(definition, &index, item);
    for (const std::string& name : index.non_key_attributes) {
        if (const AttributeValue* value = item.find(name)) projected.set(name, *value);
    }
    return projected;
}

bool projects(const TableDefinition& definition, const IndexDefinition& index, std::string_view attribute) {
    const auto& included = index.non_key_attributes;
    return index.projection == ProjectionType::all || index.keys.contains(attribute) ||
           definition.keys.contains(attribute) ||
           std::find(included.begin(), included.end(), attribute) != included.end();
}

}  // namespace tailrace::table
