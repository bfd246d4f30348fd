#include "engine/table/item_holds.hpp"

namespace tailrace::table {

void ItemHolds::hold(storage::SpaceId space, std::string_view row_key, Timestamp now, Timestamp until) {
    std::erase_if(holds_, [now](const auto& each) { return !each.second.holds_at(now); });
    if (now < until) holds_[{space, std::string(row_key)}] = {now, until};
}

bool ItemHolds::holds(storage::SpaceId space, std::string_view row_key, Timestamp now) const {
    if (holds_.empty()) return false;
    const auto found = holds_.find({space, std::string(row_key)});
    return found != holds_.end() && found->second.holds_at(now);
}

}  // namespace tailrace::table
