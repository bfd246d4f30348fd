#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/operation/engine.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::operation {

/// A page of a table's items, in the order of Scan.
struct ItemPage {
    /// The items in canonical DynamoDB JSON, separated by commas, without brackets; about 1 MB or less.
    std::string items_json;
    std::size_t count = 0;
    /// The key after which the next page begins; nullopt at the end of the table.
    std::optional<AttributeMap> last_key;
};

/// Reads the items after a key, or from the beginning if there is none. It sees everything that was written
/// before the call. Throws ApiError::resource_not_found if there is no such table, and ApiError::validation
/// if `after` is not a key of it.
ItemPage read_items(Engine& engine, std::string_view table_name, const std::optional<AttributeMap>& after);

/// A table, and the attributes that are in its key or in the key of an index.
struct TableKeys {
    std::string table_arn;
    /// A UUID.
    std::string table_id;
    /// Those of the table's key come first, then the others in the order of the indexes.
    std::vector<table::KeyAttribute> all;
    /// How many of them are in the table's key.
    std::size_t table_key_count;
};

/// Throws ApiError::resource_not_found.
TableKeys keys_of_table(Engine& engine, std::string_view table_name);

/// Returns true if a table has at least one item. Throws ApiError::resource_not_found.
bool has_items(Engine& engine, std::string_view table_name);

}  // namespace tailrace::operation
