#include "engine/table/stream_retention.hpp"

#include <vector>

namespace tailrace::table {
namespace {

struct Stretch {
    std::size_t removed = 0;
    bool done = true;
};

bool has_outlived(ReadSession& session, const std::string& stream_arn, Timestamp oldest) {
    const auto& streams = session.database().streams();
    const auto stream = streams.find(stream_arn);
    if (stream == streams.end()) return false;
    return session.database().shards(stream_arn).has_closed_before(oldest) ||
           storage::ChangeLog(session.transaction(), stream->second.space).reaches_before(oldest);
}

Stretch trim_stretch(WriteSession& session, const StreamDefinition& stream, Timestamp oldest,
                     std::size_t rows) {
    storage::ChangeLog log(session.transaction(), stream.space);
    const std::vector<storage::ChangePlace> trimmed = log.erase_before(oldest, rows);
    StreamShards shards = session.database().shards(stream.arn);
    for (const storage::ChangePlace& place : trimmed) {
        if (Shard* shard = shards.holder(place)) shard->trimmed_sequence = place.sequence;
    }
    const Stretch stretch{trimmed.size(), trimmed.size() < rows};
    if (stretch.done) shards.remove_closed_before(oldest);
    if (shards.empty() && !stream.enabled) {
        session.remove_stream(stream);
    } else {
        session.save_shards(stream.arn, std::move(shards));
    }
    return stretch;
}

}  // namespace

std::size_t StreamRetention::trim(Database& database, Timestamp now) const {
    const auto arns = database.read([](ReadSession& session) {
        std::vector<std::string> all;
        for (const auto& [arn, stream] : session.database().streams()) all.push_back(arn);
        return all;
    });
    std::size_t removed = 0;
    for (const std::string& arn : arns) removed += trim_stream(database, arn, now);
    return removed;
}

std::size_t StreamRetention::trim_stream(Database& database, const std::string& stream_arn,
                                         Timestamp now) const {
    const Timestamp oldest = now - period;
    Stretch stretch{
        0, !database.read([&](ReadSession& session) { return has_outlived(session, stream_arn, oldest); })};
    std::size_t removed = 0;
    while (!stretch.done) {
        stretch = database.write([&](WriteSession& session) {
            const auto& streams = session.database().streams();
            const auto stream = streams.find(stream_arn);
            return stream == streams.end() ? Stretch() : trim_stretch(session, stream->second, oldest, rows_);
        });
        removed += stretch.removed;
    }
    return removed;
}

}  // namespace tailrace::table
