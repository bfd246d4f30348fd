#include "engine/table/item_holds.hpp"

#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

void ItemHolds::hold(storage::SpaceId space, std::string_view row_key, Timestamp now, Timestamp until) {
    std::erase_if(holds_, [now](const auto& each) { return !each.second.holds_at(now); });
    if (now < until) holds_[{space, std::string(row_key)}] = {now, until};
}

std::optional<ApiError> ItemHolds::admit(const ItemAccess& access) {
    if (access.kind == AccessKind::read) return std::nullopt;
    const auto found = holds_.find({access.table.space, std::string(access.row_key)});
    if (found == holds_.end() || !found->second.holds_at(access.now)) return std::nullopt;
    return ApiError(exceptions::transaction_conflict);
}

}  // namespace tailrace::table
