#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/capacity.hpp"

namespace tailrace::table {

/// The item stored under a key, and the cost of reading it.
struct ItemRead {
    /// The item's canonical JSON with its size; nullopt if there is no such item.
    std::optional<storage::StoredValue> stored;
    Consistency consistency = Consistency::eventual;

    /// As DynamoDB counts it; 0 if there is no such item.
    std::uint32_t size_bytes() const { return stored ? stored->size_bytes : 0; }
    Capacity capacity() const { return {read_units(size_bytes(), consistency), {}}; }
};

/// The only point read: used by every operation that reads items by their keys, within one session.
class ItemReader {
  public:
    ItemReader(ReadSession& session, Consistency consistency)
        : session_(session), consistency_(consistency) {}

    /// `row_key` is one that base_row_key() made. Throws ItemRefused.
    ItemRead read(const TableDefinition& table, std::string_view row_key);
    /// `key` has the table's key attributes, with the types of the schema.
    ItemRead read(const TableDefinition& table, const AttributeMap& key);
    /// The same without asking the gates, for a read inside an access for which they have already been asked.
    ItemRead read_admitted(const TableDefinition& table, std::string_view row_key);

  private:
    ReadSession& session_;
    Consistency consistency_;
};

}  // namespace tailrace::table
