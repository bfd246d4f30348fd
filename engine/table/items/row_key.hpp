#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

// Source: "Constraints in Amazon DynamoDB", partition keys and sort keys.
inline constexpr std::size_t max_partition_key_bytes = 2048;
inline constexpr std::size_t max_sort_key_bytes = 1024;

/// The row key of an item, or of a key, in its table. The key attributes must be present with the types of
/// the schema.
std::string base_row_key(const TableDefinition& definition, const AttributeMap& item);

/// The row key of an item in an index: the index's key, then the table's key, which distinguishes items with
/// equal index keys. Returns nullopt if the item lacks an attribute of the index's key, because indexes are
/// sparse, or if the attribute's value cannot be a key, which is possible in an item older than the index.
std::optional<std::string> index_row_key(const TableDefinition& definition, const IndexDefinition& index,
                                         const AttributeMap& item);

/// The partition of a row, counted from 0, in a table or an index of `partitions` partitions. Each partition
/// has an equal share of the hashes. An empty key comes before all rows.
std::size_t partition_of(std::string_view row_key, std::size_t partitions);

/// A number for the partition key's value in a row key; all rows with that value have the same number.
/// Returns 0 for a row key that is too short to have a value.
std::uint64_t partition_number(std::string_view row_key);

/// The value of the partition key in a row key, for people: at most 60 bytes of a text, and "" for a number,
/// bytes or several attributes.
std::string shown_partition(const KeySchema& keys, std::string_view row_key);

/// The attributes of an item's key in the table and, if `index` is given, in the index: the content of
/// LastEvaluatedKey.
AttributeMap key_of(const TableDefinition& definition, const IndexDefinition* index,
                    const AttributeMap& item);

/// The attributes of an item that an index holds if its projection is not ALL.
AttributeMap project(const TableDefinition& definition, const IndexDefinition& index,
                     const AttributeMap& item);

/// True if an index holds the attribute.
bool projects(const TableDefinition& definition, const IndexDefinition& index, std::string_view attribute);

}  // namespace tailrace::table
