#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::table {

/// The items that a transaction keeps to itself for a while after it was carried out. A transaction takes no
/// time here, so that none would ever meet another write; an engine that is told to let them last makes it
/// happen. Not durable. Not thread-safe: it stands behind the database's lock.
class ItemHolds {
  public:
    /// Holds the item until that moment and forgets the holds that are over at `now`.
    void hold(storage::SpaceId space, std::string_view row_key, Timestamp now, Timestamp until);
    bool holds(storage::SpaceId space, std::string_view row_key, Timestamp now) const;

  private:
    /// A clock that stands before the beginning has been put back: what was held then is free.
    struct Hold {
        Timestamp since;
        Timestamp until;
        bool holds_at(Timestamp now) const { return since <= now && now < until; }
    };
    std::map<std::pair<storage::SpaceId, std::string>, Hold> holds_;
};

}  // namespace tailrace::table
