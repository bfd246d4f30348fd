#include "engine/table/items/item_reader.hpp"

#include "engine/table/items/row_key.hpp"
#include "engine/table/items/seen_rows.hpp"

namespace tailrace::table {

ItemRead ItemReader::read(const TableDefinition& table, std::string_view row_key) {
    session_.admit(table, row_key, AccessKind::read);
    return read_admitted(table, row_key);
}

ItemRead ItemReader::read(const TableDefinition& table, const AttributeMap& key) {
    return read(table, base_row_key(table, key));
}

ItemRead ItemReader::read_admitted(const TableDefinition& table, std::string_view row_key) {
    return {SeenRows(session_, table, nullptr, consistency_).get(row_key), consistency_};
}

}  // namespace tailrace::table
