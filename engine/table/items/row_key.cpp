#include "engine/table/items/row_key.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/model/utf8.hpp"
#include "engine/storage/key_encoding.hpp"

namespace tailrace::table {
namespace {

constexpr std::size_t partition_hash_bytes = 8;

/// The value as a part of the key; null if it is missing or cannot be a key.
const AttributeValue* key_value(const KeyAttribute& attribute, const AttributeMap& item, std::size_t max) {
    const AttributeValue* value = item.find(attribute.name);
    if (value == nullptr || value->type() != attribute.type) return nullptr;
    const std::size_t size = value->size_bytes();
    return size == 0 || size > max ? nullptr : value;
}

void take(AttributeMap& key, const KeySchema& schema, const AttributeMap& item) {
    for (const KeyAttribute& each : schema.attributes) {
        if (const AttributeValue* value = item.find(each.name)) key.set(each.name, *value);
    }
}

}  // namespace

std::string base_row_key(const TableDefinition& definition, const AttributeMap& item) {
    const AttributeValue* partition = item.find(definition.keys.attributes.front().name);
    std::string key = storage::encode_partition({&partition, 1});
    for (const KeyAttribute& sort : definition.keys.sort())
        storage::append_component(key, *item.find(sort.name));
    return key;
}

std::optional<std::string> index_row_key(const TableDefinition& definition, const IndexDefinition& index,
                                         const AttributeMap& item) {
    std::vector<const AttributeValue*> partition;
    for (const KeyAttribute& each : index.keys.partition()) {
        const AttributeValue* value = key_value(each, item, max_partition_key_bytes);
        if (value == nullptr) return std::nullopt;
        partition.push_back(value);
    }
    std::string key = storage::encode_partition(partition);
    for (const KeyAttribute& each : index.keys.sort()) {
        const AttributeValue* value = key_value(each, item, max_sort_key_bytes);
        if (value == nullptr) return std::nullopt;
        storage::append_component(key, *value);
    }
    for (const KeyAttribute& each : definition.keys.attributes)
        storage::append_component(key, *item.find(each.name));
    return key;
}

std::size_t partition_of(std::string_view row_key, std::size_t partitions) {
    // The upper half of the hash suffices, and leaves room for the product.
    const std::uint64_t hash = storage::partition_hash(row_key) >> 32U;
    return static_cast<std::size_t>(hash * partitions >> 32U);
}

std::uint64_t partition_number(std::string_view row_key) {
    return row_key.size() < partition_hash_bytes ? 0 : storage::partition_hash(row_key);
}

std::string shown_partition(const KeySchema& keys, std::string_view row_key) {
    constexpr std::size_t max_bytes = 60;
    if (keys.partition_count != 1 || keys.attributes.front().type != AttributeType::S) return {};
    if (row_key.size() <= partition_hash_bytes) return {};
    row_key.remove_prefix(partition_hash_bytes);
    // A text with a zero byte is cut off there.
    return std::string(first_characters(row_key.substr(0, row_key.find('\0')), max_bytes));
}

AttributeMap key_of(const TableDefinition& definition, const IndexDefinition* index,
                    const AttributeMap& item) {
    AttributeMap key;
    take(key, definition.keys, item);
    if (index != nullptr) take(key, index->keys, item);
    return key;
}

AttributeMap project(const TableDefinition& definition, const IndexDefinition& index,
                     const AttributeMap& item) {
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
