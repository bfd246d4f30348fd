#include "engine/table/changes/stream_retention.hpp"

#include <vector>

namespace tailrace::table {
namespace {

bool has_outlived(ReadSession& session, const std::string& stream_arn, Timestamp oldest) {
    const StreamDefinition* stream = session.catalogue().find_stream(stream_arn);
    if (stream == nullptr) return false;
    return session.catalogue().shards_of(stream_arn).has_closed_before(oldest) ||
           session.change_log(*stream).reaches_before(oldest);
}

StreamRetention::Trimmed trim_stream(WriteSession& session, const StreamDefinition& stream, Timestamp oldest,
                                     TimeSlice slice) {
    storage::ChangeLogWriter log(session.transaction(), stream.space);
    const std::vector<storage::ChangePlace> trimmed = log.erase_before(oldest, slice);
    StreamShards shards = session.catalogue().shards_of(stream.arn);
    for (const storage::ChangePlace& place : trimmed) {
        if (Shard* shard = shards.holder(place)) shard->trimmed_sequence = place.sequence;
    }
    const bool is_done = !log.reaches_before(oldest);
    if (is_done) shards.remove_closed_before(oldest);
    if (shards.empty() && !stream.enabled) {
        session.remove_stream(stream.arn);
    } else {
        session.save_shards(stream.arn, std::move(shards));
    }
    return {trimmed.size(), is_done};
}

/// The ARNs of the streams for which `wanted` returns true.
template <typename Wanted>
std::vector<std::string> stream_arns(Database& database, Wanted wanted) {
    return database.read([&](ReadSession& session) {
        std::vector<std::string> all;
        for (const auto& [arn, stream] : session.catalogue().streams) {
            if (wanted(session, *stream)) all.push_back(arn);
        }
        return all;
    });
}

}  // namespace

std::size_t StreamRetention::trim(Database& database, Timestamp now) const {
    const auto any = [](ReadSession&, const StreamDefinition&) { return true; };
    std::size_t removed = 0;
    HoldBudget budget(limits_);
    for (const std::string& arn : stream_arns(database, any)) {
        Trimmed trimmed;
        do {
            trimmed = trim_next(database, arn, now - period, budget);
            removed += trimmed.changes;
        } while (!trimmed.is_done);
    }
    return removed;
}

StreamRetention::Trimmed StreamRetention::trim_slice(Database& database, const std::string& stream_arn,
                                                     Timestamp now) const {
    HoldBudget budget(limits_);
    return trim_next(database, stream_arn, now - period, budget);
}

StreamRetention::Trimmed StreamRetention::trim_next(Database& database, const std::string& stream_arn,
                                                    Timestamp oldest, HoldBudget& budget) {
    const auto outlived = [&](ReadSession& session) { return has_outlived(session, stream_arn, oldest); };
    if (!database.read(outlived)) return {};
    return database.write_slice(budget, [&](WriteSession& session, const SliceLimits& limits) {
        const StreamDefinition* stream = session.catalogue().find_stream(stream_arn);
        if (stream == nullptr) return Trimmed();
        return trim_stream(session, *stream, oldest, TimeSlice(limits));
    });
}

void StreamRetention::remove_outlived(Database& database, Timestamp now) const {
    const Timestamp oldest = now - period;
    const auto may_go = [&](ReadSession& session, const StreamDefinition& stream) {
        return !stream.enabled && session.catalogue().shards_of(stream.arn).has_closed_before(oldest);
    };
    TimeSlice slice(limits_);
    for (const std::string& arn : stream_arns(database, may_go)) {
        if (!slice.takes_row()) return;
        trim_slice(database, arn, now);
    }
}

}  // namespace tailrace::table
