#pragma once

#include <cstdint>

#include "engine/storage/change_log.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

// What a stream is read as, for the layers above, too.
using storage::ChangePage;
using storage::ChangePlace;
using storage::ChangeSlice;
using storage::LoggedChange;

/// A place in a shard.
struct ShardPlace {
    const StreamDefinition& stream;
    const Shard& shard;
    /// The changes after this number are next.
    std::uint64_t after = 0;
};

/// The next changes of a shard. A page without changes is not the end: `at_end` says when there is nothing
/// more for now and, in a closed shard, for ever.
ChangePage read_shard(ReadSession& session, const ShardPlace& place, const storage::ChangeLimits& limits);

}  // namespace tailrace::table
