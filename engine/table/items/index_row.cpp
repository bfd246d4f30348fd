#include "engine/table/items/index_row.hpp"

#include "engine/model/attribute_json.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::table {

IndexRow index_row(const TableDefinition& definition, const IndexDefinition& index,
                   const StoredItem& stored) {
    IndexRow row;
    if (stored.item == nullptr) return row;
    auto key = index_row_key(definition, index, *stored.item);
    if (!key) return row;
    row.key = std::move(*key);
    if (index.projection == ProjectionType::all) {
        row.json = stored.json;
        row.size_bytes = stored.size_bytes;
        return row;
    }
    const AttributeMap projected = project(definition, index, *stored.item);
    row.json = to_json(projected);
    row.size_bytes = static_cast<std::uint32_t>(item_size_bytes(projected));
    return row;
}

}  // namespace tailrace::table
