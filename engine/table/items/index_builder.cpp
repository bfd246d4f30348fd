#include "engine/table/items/index_builder.hpp"

#include <vector>

#include "engine/model/attribute_json.hpp"
#include "engine/model/hold_budget.hpp"
#include "engine/table/items/discarded_spaces.hpp"
#include "engine/table/items/index_row.hpp"

namespace tailrace::table {
namespace {

void add_row(WriteSession& session, const IndexDefinition& index, const IndexRow& row, Count& count) {
    if (!row.exists()) return;
    session.transaction().put(index.space, row.key, row.json, row.size_bytes);
    ++count.items;
    count.bytes += row.size_bytes;
}

/// The table with that id, if an index is being added to it; otherwise null.
const TableDefinition* find_backfilling(ReadSession& session, const std::string& table_id) {
    for (const auto& [name, table] : session.catalogue().tables) {
        if (table->id == table_id) {
            return table->backfilling_index() != nullptr ? table.get() : nullptr;
        }
    }
    return nullptr;
}

}  // namespace

void backfill_slice(WriteSession& session, TableDefinition& definition, Counts& counts, TimeSlice& slice) {
    IndexDefinition& index = *definition.backfilling_index();
    Count& count = counts[1 + static_cast<std::size_t>(&index - definition.indexes.data())];
    const auto items = session.transaction().range(definition.space, {*index.backfilled_up_to, {}},
                                                   storage::Direction::forward);
    while (items->next()) {
        if (!slice.takes_row()) {
            index.backfilled_up_to = items->key();
            return;
        }
        const AttributeMap item = parse_stored_item(items->value());
        add_row(session, index, index_row(definition, index, {&item, items->value(), items->size_bytes()}),
                count);
    }
    index.backfilled_up_to.reset();
}

void finish_backfill(Database& database, const std::string& table_id, const SliceLimits& limits) {
    HoldBudget budget(limits);
    bool is_done = false;
    while (!is_done) {
        is_done = database.write_slice(budget, [&](WriteSession& session, const SliceLimits& next) {
            const TableDefinition* table = find_backfilling(session, table_id);
            if (table == nullptr) return true;
            TableDefinition definition = *table;
            Counts counts = session.counts(*table);
            TimeSlice slice(next);
            backfill_slice(session, definition, counts, slice);
            const bool is_complete = definition.backfilling_index() == nullptr;
            session.save_table(std::move(definition), std::move(counts));
            return is_complete;
        });
    }
}

void finish_interrupted_work(Database& database) {
    const auto ids = database.read([](ReadSession& session) {
        std::vector<std::string> found;
        for (const auto& [name, table] : session.catalogue().tables) {
            if (table->backfilling_index() != nullptr) found.push_back(table->id);
        }
        return found;
    });
    for (const std::string& id : ids) finish_backfill(database, id);
    clear_discarded_spaces(database);
}

}  // namespace tailrace::table
