#include "engine/table/item_holds.hpp"

namespace tailrace::table {

void ItemHolds::hold(storage::SpaceId space, std::string_view row_key, Timestamp now, Timestamp until) {
    std::erase_if(until_, [now](const auto& each) { return each.second <= now; });
    if (now < until) until_[{space, std::string(row_key)}] = until;
}

bool ItemHolds::holds(storage::SpaceId space, std::string_view row_key, Timestamp now) const {
    if (until_.empty()) return false;
    const auto found = until_.find({space, std::string(row_key)});
    return found != until_.end() && now < found->second;
}

}  // namespace tailrace::table
