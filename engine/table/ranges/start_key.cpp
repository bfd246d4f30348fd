#include "engine/table/ranges/start_key.hpp"

#include "engine/model/api_error.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::table {
namespace {

constexpr const char* invalid_start = "The provided starting key is invalid";

std::size_t attribute_count(const TableDefinition& definition, const IndexDefinition* index) {
    std::size_t count = definition.keys.size();
    if (index == nullptr) return count;
    for (const KeyAttribute& each : index->keys.attributes)
        count += definition.keys.contains(each.name) ? 0 : 1;
    return count;
}

const KeySchema& read_by(const TableDefinition& definition, const IndexDefinition* index) {
    return index != nullptr ? index->keys : definition.keys;
}

}  // namespace

void check_start_partition(const TableDefinition& definition, const IndexDefinition* index,
                           const AttributeMap& start) {
    if (start.size() != attribute_count(definition, index)) throw ApiError::validation(invalid_start);
    for (const KeyAttribute& each : read_by(definition, index).partition()) {
        if (!start.contains(each.name)) throw ApiError::validation(invalid_start);
        check_key_attribute(each, start, true);
    }
}

void check_start_sort(const TableDefinition& definition, const IndexDefinition* index,
                      const AttributeMap& start) {
    for (const KeyAttribute& each : read_by(definition, index).sort()) {
        if (!start.contains(each.name)) throw ApiError::validation(invalid_start);
        check_key_attribute(each, start, false);
    }
}

void check_start_key(const TableDefinition& definition, const IndexDefinition* index,
                     const AttributeMap& start) {
    check_start_partition(definition, index, start);
    check_start_sort(definition, index, start);
}

void check_start_table_key(const TableDefinition& definition, const IndexDefinition* index,
                           const AttributeMap& start) {
    try {
        if (index == nullptr) {
            check_key(definition, start);
        } else {
            check_key_attributes(definition.keys, start);
        }
    } catch (const ApiError& error) {
        throw ApiError::validation(std::string(invalid_start) + ": " + error.message());
    }
}

std::string start_row_key(const TableDefinition& definition, const IndexDefinition* index,
                          const AttributeMap& start) {
    return index == nullptr ? base_row_key(definition, start) : *index_row_key(definition, *index, start);
}

}  // namespace tailrace::table
