#include "engine/table/items/item_rules.hpp"

#include <algorithm>

#include "engine/table/items/row_key.hpp"

namespace tailrace::table {
namespace {

using Names = std::span<const std::string>;

constexpr int max_nesting_levels = 32;

const std::string invalid = "One or more parameter values were invalid: ";
const std::string not_valid = "One or more parameter values are not valid. ";

bool holds(Names names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

std::string empty_value(AttributeType type) {
    return "The AttributeValue for a key attribute cannot contain an empty " + empty_kind(type) + " value.";
}

void check_size(const AttributeValue& value, bool partition) {
    if (partition && value.size_bytes() > max_partition_key_bytes) {
        throw ApiError::validation(invalid +
                                   "Size of hashkey has exceeded the maximum size limit of2048 bytes");
    }
    if (!partition && value.size_bytes() > max_sort_key_bytes) {
        throw ApiError::validation(
            invalid + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    }
}

void check_key_value(const KeyAttribute& attribute, const AttributeValue& value, bool partition) {
    if (value.size_bytes() == 0) {
        throw EmptyKeyValue(not_valid + empty_value(attribute.type) + " Key: " + attribute.name);
    }
    check_size(value, partition);
}

void check_item_key(const KeyAttribute& attribute, const AttributeMap& item, bool partition) {
    const AttributeValue* value = item.find(attribute.name);
    if (value == nullptr) {
        throw ApiError::validation(invalid + "Missing the key " + attribute.name + " in the item");
    }
    if (value->type() != attribute.type) {
        throw ApiError::validation(invalid + "Type mismatch for key " + attribute.name +
                                   " expected: " + std::string(type_name(attribute.type)) +
                                   " actual: " + std::string(type_name(value->type())));
    }
    check_key_value(attribute, *value, partition);
}

/// A key attribute of an index.
struct IndexKey {
    const IndexDefinition* index = nullptr;
    const KeyAttribute* attribute = nullptr;
};

/// The key attribute for which `offends` returns true. If there are several, AWS names the one of the index
/// whose name comes first.
template <typename Offends>
IndexKey offending_key(const TableDefinition& definition, Offends offends) {
    IndexKey found;
    for (const IndexDefinition& index : definition.indexes) {
        if (found.index != nullptr && found.index->name < index.name) continue;
        const auto each = std::ranges::find_if(index.keys.attributes, offends);
        if (each != index.keys.attributes.end()) found = {&index, &*each};
    }
    return found;
}

[[noreturn]] void index_key_mismatch(const IndexKey& key, AttributeType actual) {
    throw ApiError::validation(invalid + "Type mismatch for Index Key " + key.attribute->name +
                               " Expected: " + std::string(type_name(key.attribute->type)) + " Actual: " +
                               std::string(type_name(actual)) + " IndexName: " + key.index->name);
}

void check_index_key_sizes(const TableDefinition& definition, const AttributeMap& item) {
    for (const IndexDefinition& index : definition.indexes) {
        for (const KeyAttribute& each : index.keys.partition()) {
            if (const AttributeValue* value = item.find(each.name)) check_size(*value, true);
        }
        for (const KeyAttribute& each : index.keys.sort()) {
            if (const AttributeValue* value = item.find(each.name)) check_size(*value, false);
        }
    }
}

bool is_mistyped(const AttributeMap& item, const KeyAttribute& attribute) {
    const AttributeValue* value = item.find(attribute.name);
    return value != nullptr && value->type() != attribute.type;
}

bool is_empty(const AttributeMap& item, const KeyAttribute& attribute) {
    const AttributeValue* value = item.find(attribute.name);
    return value != nullptr && value->size_bytes() == 0;
}

/// The number of levels of maps and lists in a value, including the value itself.
int nesting_levels(const AttributeValue& value) {
    int inside = 0;
    if (const auto* map = value.get_if<AttributeMap>()) {
        for (const auto& [name, member] : *map) inside = std::max(inside, nesting_levels(member));
    } else if (const auto* list = value.get_if<AttributeList>()) {
        for (const AttributeValue& element : *list) inside = std::max(inside, nesting_levels(element));
    }
    return 1 + inside;
}

/// An update can combine values of up to 32 levels into a deeper one. Source: "Constraints", nested attribute
/// depth.
void check_nesting(const AttributeMap& item, Names nested_names) {
    for (const std::string& name : nested_names) {
        const AttributeValue* value = item.find(name);
        if (value == nullptr || nesting_levels(*value) <= max_nesting_levels) continue;
        throw ApiError::validation(
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
            "supported limit");
    }
}

}  // namespace

std::string empty_kind(AttributeType type) {
    return type == AttributeType::B ? "binary" : "string";
}

void check_key_attribute(const KeyAttribute& attribute, const AttributeMap& key, bool partition) {
    const AttributeValue* value = key.find(attribute.name);
    if (value == nullptr || value->type() != attribute.type) {
        throw ApiError::validation("The provided key element does not match the schema");
    }
    check_key_value(attribute, *value, partition);
}

void check_key_attributes(const KeySchema& schema, const AttributeMap& key) {
    for (const KeyAttribute& each : schema.partition()) check_key_attribute(each, key, true);
    for (const KeyAttribute& each : schema.sort()) check_key_attribute(each, key, false);
}

void check_key(const TableDefinition& definition, const AttributeMap& key) {
    if (key.size() != definition.keys.size()) {
        throw ApiError::validation("The provided key element does not match the schema");
    }
    check_key_attributes(definition.keys, key);
}

void check_item(const TableDefinition& definition, const AttributeMap& item) {
    for (const KeyAttribute& each : definition.keys.partition()) check_item_key(each, item, true);
    for (const KeyAttribute& each : definition.keys.sort()) check_item_key(each, item, false);
    if (definition.indexes.empty()) return;
    const IndexKey mistyped = offending_key(
        definition, [&](const KeyAttribute& attribute) { return is_mistyped(item, attribute); });
    if (mistyped.index != nullptr) {
        index_key_mismatch(mistyped, item.find(mistyped.attribute->name)->type());
    }
    const IndexKey empty =
        offending_key(definition, [&](const KeyAttribute& attribute) { return is_empty(item, attribute); });
    if (empty.index != nullptr) {
        throw EmptyKeyValue(not_valid + "A value specified for a secondary index key is not supported. " +
                            empty_value(empty.attribute->type) + " IndexName: " + empty.index->name +
                            ", IndexKey: " + empty.attribute->name);
    }
    check_index_key_sizes(definition, item);
}

void check_update(const TableDefinition& definition, const expression::Update& update) {
    const std::vector<std::string> names = update.attribute_names();
    for (const KeyAttribute& each : definition.keys.attributes) {
        if (!holds(names, each.name)) continue;
        throw ApiError::validation(invalid + "Cannot update attribute " + each.name +
                                   ". This attribute is part of the key");
    }
    if (definition.indexes.empty()) return;
    const auto mistyped = offending_key(definition, [&](const KeyAttribute& attribute) {
        const auto type = update.assigned_type(attribute.name);
        return type && *type != attribute.type;
    });
    if (mistyped.index != nullptr) {
        index_key_mismatch(mistyped, *update.assigned_type(mistyped.attribute->name));
    }
    check_key_paths(definition, update.nested_attribute_names());
}

void check_updated_item(const TableDefinition& definition, const expression::Update& update,
                        const AttributeMap& item) {
    check_nesting(item, update.nested_attribute_names());
    if (definition.indexes.empty()) return;
    const std::vector<std::string> names = update.attribute_names();
    const auto mistyped = offending_key(definition, [&](const KeyAttribute& attribute) {
        return holds(names, attribute.name) && is_mistyped(item, attribute);
    });
    if (mistyped.index != nullptr) {
        throw ApiError::validation(
            "The update expression attempted to update the secondary index key to unsupported type");
    }
    const auto empty = offending_key(definition, [&](const KeyAttribute& attribute) {
        return holds(names, attribute.name) && is_empty(item, attribute);
    });
    if (empty.index != nullptr) {
        throw EmptyKeyValue(not_valid +
                            "The update expression attempted to update a secondary index key to a value that "
                            "is not supported. " +
                            empty_value(empty.attribute->type));
    }
    check_index_key_sizes(definition, item);
}

void check_key_paths(const TableDefinition& definition, Names nested_names) {
    if (nested_names.empty()) return;
    const auto check = [&](const KeySchema& schema, std::string_view kind) {
        for (const KeyAttribute& each : schema.attributes) {
            if (!holds(nested_names, each.name)) continue;
            throw ApiError::validation(
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
                "allowed: " +
                std::string(kind) + ": " + each.name);
        }
    };
    check(definition.keys, "Key");
    for (const IndexDefinition& index : definition.indexes) check(index.keys, "IndexKey");
}

}  // namespace tailrace::table
