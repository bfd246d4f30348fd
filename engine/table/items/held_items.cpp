#include "engine/table/items/held_items.hpp"

#include "engine/model/api_error.hpp"
#include "engine/table/count_rows.hpp"

namespace tailrace::table {
namespace {

ItemRefused conflict() {
    return ItemRefused(ApiError(exceptions::transaction_conflict));
}

bool replace_at_once(storage::Transaction& transaction, const PutItem& put, ReplacedItem& replaced) {
    const CountAddends addends(transaction, put.table.space, 0);
    replaced.is_committed = transaction.replace_at_once({.name = {put.table.space, put.row_key},
                                                         .value = put.image.json,
                                                         .size_bytes = put.image.size_bytes,
                                                         .sizes = addends.bytes,
                                                         .rows = addends.items},
                                                        replaced.old);
    return replaced.is_committed;
}

}  // namespace

std::optional<storage::StoredValue> held_item(WriteSession& session, const TableDefinition& table,
                                              std::string_view row_key) {
    try {
        return session.transaction().get(table.space, row_key);
    } catch (const storage::RowHeld&) {
        throw conflict();
    }
}

std::optional<std::size_t> expect_items(WriteSession& session, std::span<const storage::RowName> items) {
    try {
        session.transaction().expect(items);
        return std::nullopt;
    } catch (const storage::RowHeld& held) {
        return held.place;
    }
}

ReplacedItem replace_item(WriteSession& session, const PutItem& put) {
    storage::Transaction& transaction = session.transaction();
    ReplacedItem replaced;
    try {
        if (put.is_only && transaction.is_beside() && replace_at_once(transaction, put, replaced)) {
            return replaced;
        }
        replaced.old =
            transaction.replace(put.table.space, put.row_key, put.image.json, put.image.size_bytes);
        return replaced;
    } catch (const storage::RowHeld&) {
        throw conflict();
    }
}

}  // namespace tailrace::table
