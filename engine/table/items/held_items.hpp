#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "engine/model/item_json.hpp"
#include "engine/table/session.hpp"

namespace tailrace::table {

// The items that a session reads in order to write them. In a store whose transactions run beside each other,
// they are held for it until its commit.

/// The item under a row key. Throws ItemRefused if others have held it for too long.
std::optional<storage::StoredValue> held_item(WriteSession& session, const TableDefinition& table,
                                              std::string_view row_key);

/// Says which items held_item() is going to be asked for, so that they can be read together. Returns the
/// place of one that others have held for too long; then nothing else can be done in the session.
std::optional<std::size_t> expect_items(WriteSession& session, std::span<const storage::RowName> items);

/// The outcome of replace_item(): the item that was replaced.
struct ReplacedItem {
    std::optional<storage::StoredValue> old;
    /// True if the new item is already committed, and the counts with it.
    bool is_committed = false;
};

/// An item to be put, whatever is there.
struct PutItem {
    const TableDefinition& table;
    std::string_view row_key;
    const ItemJson& image;
    /// True if nothing else is written in the session.
    bool is_only = false;
};
/// Throws as held_item().
ReplacedItem replace_item(WriteSession& session, const PutItem& put);

}  // namespace tailrace::table
