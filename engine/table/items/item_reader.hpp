#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"

namespace tailrace::table {

/// What is stored under a key, and what it costs to have read it.
struct ItemRead {
    /// The item's canonical JSON with its size; nothing when there is no such item.
    std::optional<storage::StoredValue> stored;
    Consistency consistency = Consistency::eventual;

    /// As DynamoDB counts it; 0 when there is no such item.
    std::uint32_t size_bytes() const { return stored ? stored->size_bytes : 0; }
    Capacity capacity() const { return {read_units(size_bytes(), consistency), {}}; }
};

/// THE point read, of every operation that asks for items by their keys, inside one session.
class ItemReader {
  public:
    ItemReader(ReadSession& session, Consistency consistency)
        : session_(session), consistency_(consistency) {}

    /// `row_key` is one that base_row_key() made.
    ItemRead read(const TableDefinition& table, std::string_view row_key);
    /// `key` has the table's key attributes, of the schema's types.
    ItemRead read(const TableDefinition& table, const AttributeMap& key);

  private:
    ReadSession& session_;
    Consistency consistency_;
};

}  // namespace tailrace::table
