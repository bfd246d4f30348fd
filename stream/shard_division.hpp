#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/store.hpp"

namespace tailrace::stream {

/// What a process lets the others know, as a text such as "ID !ID -ID …": the mappings that it has; after
/// "!", those that it wants to have alone; after "-", those that a request has removed although the
/// processes were started with them. "!*" means that it wants all mappings alone, even those that only
/// others have.
struct ProcessNote {
    std::set<std::string> mappings = {};
    std::set<std::string> alone = {};
    std::set<std::string> removed = {};

    std::string text() const;
    static ProcessNote from_text(std::string_view text);
    bool wants_alone(const std::string& mapping_id) const;
};

inline constexpr std::string_view every_mapping = "*";

/// A shard of a mapping that this process has.
struct KnownShard {
    std::string mapping_id;
    std::string shard_id;
    /// A closed shard has little to do, so it does not count.
    bool is_open = true;
    /// True if this process, in case it has the shard, should keep it for now.
    bool should_stay = false;
};

/// The names of the leases that a process should take and give up; see shard_place().
struct ShardDivision {
    std::vector<std::string> take = {};
    std::set<std::string> give_up = {};
    /// True if another process wants to have everything alone.
    bool must_rest = false;
};

/// Divides shards evenly among the processes that have their mappings. Every process comes to a decision of
/// its own, and they may all do so at once: a lease goes to the first that takes it.
///
/// A process takes a shard that nobody has if none of the others has fewer shards than it has itself. It
/// gives a shard up if one of the others has at least two fewer. A mapping that a process wants to have alone
/// goes to that process. `shards` has each shard once.
ShardDivision divide_shards(const table::LeaseHolders& holders, const std::vector<KnownShard>& shards);

}  // namespace tailrace::stream
