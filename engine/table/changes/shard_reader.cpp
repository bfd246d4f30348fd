#include "engine/table/changes/shard_reader.hpp"

#include <algorithm>

namespace tailrace::table {

ChangePage read_shard(ReadSession& session, const ShardPlace& place, const storage::ChangeLimits& limits) {
    ChangeSlice slice = place.shard.slice(place.after);
    slice.up_to = std::min(slice.up_to, session.sequence());
    ChangePage page = session.change_log(place.stream).read(slice, limits);
    // The log holds no further change of the shard, so the next one gets a number above the database's
    // newest.
    if (page.at_end) page.reached = std::max(page.reached, session.sequence());
    return page;
}

}  // namespace tailrace::table
