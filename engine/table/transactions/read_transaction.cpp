#include "engine/table/transactions/read_transaction.hpp"

#include "engine/table/items/item_reader.hpp"

namespace tailrace::table {

void ReadTransaction::add(const TableDefinition& table, std::string row_key) {
    items_.add(table, row_key);
    session_.admit(table, row_key, AccessKind::transactional_read);
    reads_.emplace_back(&table, std::move(row_key));
}

FoundItems ReadTransaction::read() {
    ItemReader reader(session_, Consistency::transactional);
    FoundItems found;
    for (const auto& [table, row_key] : reads_) {
        ItemRead read = reader.read_admitted(*table, row_key);
        found.size_bytes += read.size_bytes();
        const Capacity capacity = read.capacity();
        found.consumed.add(*table, capacity);
        if (session_.is_metered()) {
            session_.consume({.table = *table, .row_key = row_key, .kind = AccessKind::transactional_read},
                             capacity.table);
        }
        std::optional<std::string>& item = found.items.emplace_back();
        if (read.stored) item = std::move(read.stored->bytes);
    }
    return found;
}

}  // namespace tailrace::table
