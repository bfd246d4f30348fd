#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::table {

/// The items that a transaction holds for a while after it has been carried out. Transactions here are
/// instantaneous and so could never conflict. An engine that is configured to let them last makes conflicts
/// possible. Not durable. Not thread-safe: protected by the database's lock.
class ItemHolds {
  public:
    /// Holds the item until `until`, and forgets the holds that are over at `now`.
    void hold(storage::SpaceId space, std::string_view row_key, Timestamp now, Timestamp until);
    bool holds(storage::SpaceId space, std::string_view row_key, Timestamp now) const;

  private:
    /// If `now` is before `since`, the clock has been set back, and the item is free.
    struct Hold {
        Timestamp since;
        Timestamp until;
        bool holds_at(Timestamp now) const { return since <= now && now < until; }
    };
    std::map<std::pair<storage::SpaceId, std::string>, Hold> holds_;
};

}  // namespace tailrace::table
