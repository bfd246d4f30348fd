#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

/// An item as it is stored, with its parsed form; `item` is null if there is none.
struct StoredItem {
    const AttributeMap* item = nullptr;
    std::string_view json;
    std::uint32_t size_bytes = 0;
};

/// An item's row in one index; `key` is empty if the item has no row there.
struct IndexRow {
    std::string key;
    std::string json;
    std::uint32_t size_bytes = 0;

    bool exists() const { return !key.empty(); }
};

IndexRow index_row(const TableDefinition& definition, const IndexDefinition& index, const StoredItem& stored);

}  // namespace tailrace::table
