#pragma once

#include <cstdint>

#include "engine/storage/change_log.hpp"
#include "engine/table/database.hpp"

namespace tailrace::table {

// Types for reading a stream. The layers above take them from this header, not from storage's.
using storage::ChangePage;
using storage::ChangePlace;
using storage::ChangeSlice;
using storage::LoggedChange;

/// A position in a shard.
struct ShardPlace {
    const StreamDefinition& stream;
    const Shard& shard;
    /// Reading continues after this number.
    std::uint64_t after = 0;
};

/// All changes of the shard up to this number are committed, and all later ones will have greater numbers.
std::uint64_t newest_in(ReadSession& session, const StreamDefinition& stream, const Shard& shard);

/// Reads changes of a stream with the numbers in their records.
ChangePage read_records(ReadSession& session, const StreamDefinition& stream, const ChangeSlice& slice,
                        const storage::ChangeLimits& limits);

/// Reads the next changes of a shard. A page without changes is not the end: `at_end` says that there is
/// nothing more for now or, in a closed shard, ever.
ChangePage read_shard(ReadSession& session, const ShardPlace& place, const storage::ChangeLimits& limits);

}  // namespace tailrace::table
