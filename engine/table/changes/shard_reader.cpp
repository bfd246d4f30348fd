#include "engine/table/changes/shard_reader.hpp"

#include <algorithm>

#include "engine/table/changes/change_record.hpp"

namespace tailrace::table {

std::uint64_t newest_in(ReadSession& session, const StreamDefinition& stream, const Shard& shard) {
    const storage::Lanes* lanes = session.rows().lanes(stream.space);
    return lanes != nullptr ? lanes->complete_up_to(shard.id) : session.sequence();
}

ChangePage read_records(ReadSession& session, const StreamDefinition& stream, const ChangeSlice& slice,
                        const storage::ChangeLimits& limits) {
    ChangePage page = session.change_log(stream).read(slice, limits);
    for (LoggedChange& each : page.changes) {
        if (is_unnumbered(each.record_json)) number_record(each.record_json, stream, each.sequence);
    }
    return page;
}

ChangePage read_shard(ReadSession& session, const ShardPlace& place, const storage::ChangeLimits& limits) {
    ChangeSlice slice = place.shard.slice(place.after);
    const std::uint64_t newest = newest_in(session, place.stream, place.shard);
    slice.up_to = std::min(slice.up_to, newest);
    ChangePage page = read_records(session, place.stream, slice, limits);
    // The log holds no further change of the shard, so the next one gets a number above the newest.
    if (page.at_end) page.reached = std::max(page.reached, newest);
    return page;
}

}  // namespace tailrace::table
