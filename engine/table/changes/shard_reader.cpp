#include "engine/table/changes/shard_reader.hpp"

#include <algorithm>

namespace tailrace::table {

std::uint64_t newest_in(ReadSession& session, const StreamDefinition& stream, const Shard& shard) {
    const storage::Lanes* lanes = session.transaction().lanes(stream.space);
    return lanes != nullptr ? lanes->complete_up_to(shard.id) : session.sequence();
}

ChangePage read_shard(ReadSession& session, const ShardPlace& place, const storage::ChangeLimits& limits) {
    ChangeSlice slice = place.shard.slice(place.after);
    const std::uint64_t newest = newest_in(session, place.stream, place.shard);
    slice.up_to = std::min(slice.up_to, newest);
    ChangePage page = session.change_log(place.stream).read(slice, limits);
    // The log holds no further change of the shard, so the next one gets a number above the newest.
    if (page.at_end) page.reached = std::max(page.reached, newest);
    return page;
}

}  // namespace tailrace::table
