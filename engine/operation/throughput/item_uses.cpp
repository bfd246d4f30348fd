#include "engine/operation/throughput/item_uses.hpp"

#include "engine/model/stable_hash.hpp"
#include "engine/table/catalogue/table_definition.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::operation {

std::uint64_t item_number(std::string_view row_key) {
    return stable_hash(row_key);
}

void ItemUses::consumed(const table::ItemAccess& access, double units) {
    if (ItemUse* use = add(access)) use->units = units;
}

void ItemUses::refused(const table::ItemAccess& access) {
    if (ItemUse* use = add(access)) use->is_refused = true;
}

ItemUse* ItemUses::add(const table::ItemAccess& access) {
    if (uses_.size() == max_uses) {
        is_cut_ = true;
        return nullptr;
    }
    ItemUse& use = uses_.emplace_back();
    use.table = access.table.name;
    use.table_id = access.table.id;
    if (access.index != nullptr) use.index = access.index->name;
    use.kind = access.kind;
    std::string_view row_key = access.row_key;
    if (access.rows != nullptr) {
        // A page of a Query begins and ends in one partition.
        row_key = access.rows->lower;
        const std::uint64_t first = table::partition_number(row_key);
        if (first != table::partition_number(access.rows->upper)) return &use;
    } else {
        use.item = item_number(row_key);
    }
    use.partition = table::partition_number(row_key);
    const table::KeySchema& keys = access.index != nullptr ? access.index->keys : access.table.keys;
    use.partition_text = table::shown_partition(keys, row_key);
    return &use;
}

}  // namespace tailrace::operation
