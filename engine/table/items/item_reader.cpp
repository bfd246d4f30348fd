#include "engine/table/items/item_reader.hpp"

#include "engine/table/items/row_key.hpp"
#include "engine/table/items/seen_rows.hpp"

namespace tailrace::table {

ItemRead ItemReader::read(const TableDefinition& table, std::string_view row_key) {
    session_.admit(table, row_key, AccessKind::read);
    ItemRead found = read_admitted(table, row_key);
    if (session_.is_metered()) {
        session_.consume({.table = table, .row_key = row_key, .kind = AccessKind::read},
                         found.capacity().table);
    }
    return found;
}

ItemRead ItemReader::read(const TableDefinition& table, const AttributeMap& key) {
    return read(table, base_row_key(table, key));
}

ItemRead ItemReader::read_admitted(const TableDefinition& table, std::string_view row_key) {
    return {SeenRows(session_, table, nullptr, consistency_).get(row_key), consistency_};
}

}  // namespace tailrace::table
