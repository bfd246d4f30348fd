#include "engine/table/index_builder.hpp"

#include "engine/model/attribute_json.hpp"
#include "engine/table/index_row.hpp"

namespace tailrace::table {

Count build_index(WriteSession& session, const TableDefinition& definition, const IndexDefinition& index) {
    Count count;
    const auto items = session.transaction().range(definition.space, {}, storage::Direction::forward);
    while (items->next()) {
        const AttributeMap item = parse_stored_item(items->value());
        const IndexRow row = index_row(definition, index, {&item, items->value(), items->size_bytes()});
        if (!row.exists()) continue;
        session.transaction().put(index.space, row.key, row.json, row.size_bytes);
        ++count.items;
        count.bytes += row.size_bytes;
    }
    return count;
}

}  // namespace tailrace::table
