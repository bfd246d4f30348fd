#include "engine/table/item_rules.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"

namespace tailrace::table {
namespace {

constexpr std::size_t max_partition_key_bytes = 2048;
constexpr std::size_t max_sort_key_bytes = 1024;

[[noreturn]] void no_match() {
    throw ApiError::validation("The provided key element does not match the schema");
}

std::string_view kind_of(AttributeType type) {
    return type == AttributeType::B ? "binary" : "string";
}

void check_size(const AttributeValue& value, bool partition) {
    if (partition && value.size_bytes() > max_partition_key_bytes) {
        throw ApiError::validation(
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
            "of2048 "
            "bytes");
    }
    if (!partition && value.size_bytes() > max_sort_key_bytes) {
        throw ApiError::validation(
            "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the "
            "size limit "
            "of 1024 bytes");
    }
}

void check_key_value(const KeyAttribute& attribute, const AttributeValue& value, bool partition) {
    if (value.size_bytes() == 0) {
        throw ApiError::validation(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an "
            "empty " +
            std::string(kind_of(attribute.type)) + " value. Key: " + attribute.name);
    }
    check_size(value, partition);
}

void check_item_key(const KeyAttribute& attribute, const AttributeMap& item, bool partition) {
    const AttributeValue* value = item.find(attribute.name);
    if (value == nullptr) {
        throw ApiError::validation("One or more parameter values were invalid: Missing the key " +
                                   attribute.name + " in the item");
    }
    if (value->type() != attribute.type) {
        throw ApiError::validation("One or more parameter values were invalid: Type mismatch for key " +
                                   attribute.name + " expected: " + std::string(type_name(attribute.type)) +
                                   " actual: " + std::string(type_name(value->type())));
    }
    check_key_value(attribute, *value, partition);
}

void check_index_key(const IndexDefinition& index, const KeyAttribute& attribute, const AttributeMap& item) {
    const AttributeValue* value = item.find(attribute.name);
    if (value == nullptr) return;
    if (value->type() != attribute.type) {
        throw ApiError::validation("One or more parameter values were invalid: Type mismatch for Index Key " +
                                   attribute.name + " Expected: " + std::string(type_name(attribute.type)) +
                                   " Actual: " + std::string(type_name(value->type())) +
                                   " IndexName: " + index.name);
    }
    if (value->size_bytes() == 0) {
        throw ApiError::validation(
            "One or more parameter values are not valid. A value specified for a secondary index key is not "
            "supported. The AttributeValue for a key attribute cannot contain an empty " +
            std::string(kind_of(attribute.type)) + " value. IndexName: " + index.name +
            ", IndexKey: " + attribute.name);
    }
}

}  // namespace

void check_key(const TableDefinition& definition, const AttributeMap& key) {
    if (key.size() != definition.keys.size()) no_match();
    const auto check = [&](const KeyAttribute& attribute, bool partition) {
        const AttributeValue* value = key.find(attribute.name);
        if (value == nullptr || value->type() != attribute.type) no_match();
        check_key_value(attribute, *value, partition);
    };
    for (const KeyAttribute& each : definition.keys.partition) check(each, true);
    for (const KeyAttribute& each : definition.keys.sort) check(each, false);
}

void check_item(const TableDefinition& definition, const AttributeMap& item) {
    for (const KeyAttribute& each : definition.keys.partition) check_item_key(each, item, true);
    for (const KeyAttribute& each : definition.keys.sort) check_item_key(each, item, false);
    check_index_keys(definition, item);
}

void check_index_keys(const TableDefinition& definition, const AttributeMap& item) {
    for (const IndexDefinition& index : definition.indexes) {
        for (const KeyAttribute& each : index.keys.partition) check_index_key(index, each, item);
        for (const KeyAttribute& each : index.keys.sort) check_index_key(index, each, item);
    }
    for (const IndexDefinition& index : definition.indexes) {
        for (const KeyAttribute& each : index.keys.partition) {
            if (const AttributeValue* value = item.find(each.name)) check_size(*value, true);
        }
        for (const KeyAttribute& each : index.keys.sort) {
            if (const AttributeValue* value = item.find(each.name)) check_size(*value, false);
        }
    }
}

void check_update_leaves_key(const TableDefinition& definition, std::span<const std::string> names) {
    for (const KeyAttribute& each : definition.keys.attributes()) {
        if (std::find(names.begin(), names.end(), each.name) == names.end()) continue;
        throw ApiError::validation("One or more parameter values were invalid: Cannot update attribute " +
                                   each.name + ". This attribute is part of the key");
    }
}

}  // namespace tailrace::table
