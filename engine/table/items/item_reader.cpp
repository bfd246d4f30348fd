#include "engine/table/items/item_reader.hpp"

#include "engine/table/items/row_key.hpp"

namespace tailrace::table {

ItemRead ItemReader::read(const TableDefinition& table, std::string_view row_key) {
    return {session_.transaction().get(table.space, row_key), consistency_};
}

ItemRead ItemReader::read(const TableDefinition& table, const AttributeMap& key) {
    return read(table, base_row_key(table, key));
}

}  // namespace tailrace::table
