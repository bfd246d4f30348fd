#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/item_gate.hpp"

namespace tailrace::table {

/// The items that transactions hold. Transactions take no time here and so would never conflict; an engine
/// can be told to let them hold their items for a while, so that conflicts can be tested. While an item is
/// held, writes and transactional reads of it are refused; other reads are not. Not durable. Not thread-safe:
/// it is used inside the database's lock.
class ItemHolds final : public ItemGate {
  public:
    /// Holds the item until `until`. Forgets the holds that are over at `now`.
    void hold(storage::SpaceId space, std::string_view row_key, Timestamp now, Timestamp until);

    /// Refuses with TransactionConflictException.
    std::optional<ApiError> admit(const ItemAccess& access) override;

  private:
    /// If the clock is before `since`, it has been set back, and the hold does not count.
    struct Hold {
        Timestamp since;
        Timestamp until;
        bool holds_at(Timestamp now) const { return since <= now && now < until; }
    };
    std::map<std::pair<storage::SpaceId, std::string>, Hold> holds_;
};

}  // namespace tailrace::table
