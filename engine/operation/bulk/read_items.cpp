#include "engine/operation/bulk/read_items.hpp"

#include <algorithm>
#include <utility>

#include "engine/table/database.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"
#include "engine/table/ranges/range_reader.hpp"

namespace tailrace::operation {

ItemPage read_items(Engine& engine, std::string_view table_name, const std::optional<AttributeMap>& after) {
    table::Page page = engine.database().read_slice([&](table::ReadSession& session) {
        const table::TableDefinition& table = session.described_table(table_name);
        table::RangeRequest read{table};
        read.consistency = table::Consistency::strong;
        if (after) {
            table::check_key(table, *after);
            read.after = table::base_row_key(table, *after);
        }
        return table::RangeReader(session).read(read);
    });
    return {std::move(page.items_json), page.count, std::move(page.last_evaluated_key)};
}

TableKeys keys_of_table(Engine& engine, std::string_view table_name) {
    return engine.database().read([&](const table::ReadSession& session) {
        const table::TableDefinition& table = session.described_table(table_name);
        std::vector<table::KeyAttribute> attributes = table.keys.attributes;
        for (const table::IndexDefinition& index : table.indexes) {
            for (const table::KeyAttribute& each : index.keys.attributes) {
                if (std::ranges::find(attributes, each.name, &table::KeyAttribute::name) == attributes.end())
                    attributes.push_back(each);
            }
        }
        return TableKeys{table.arn, table.id, std::move(attributes), table.keys.size()};
    });
}

bool has_items(Engine& engine, std::string_view table_name) {
    return engine.database().read([&](const table::ReadSession& session) {
        return session.counts(session.described_table(table_name)).front().items > 0;
    });
}

}  // namespace tailrace::operation
