#include "stream/stream_source.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "engine/storage/change_log.hpp"
#include "engine/table/database.hpp"

namespace tailrace::stream {
namespace {

/// Lambda closes a batch at 6 MB of payload.
constexpr std::size_t max_batch_bytes = 6 * 1024 * 1024;

/// The table's streams, oldest first.
std::vector<const table::StreamDefinition*> streams_of(const table::Database& database,
                                                       const std::string& table_name) {
    std::vector<const table::StreamDefinition*> streams;
    for (const auto& [arn, stream] : database.streams()) {
        if (stream.table_name == table_name) streams.push_back(&stream);
    }
    std::ranges::sort(streams, {}, &table::StreamDefinition::label);
    return streams;
}

}  // namespace

StreamSource::StreamSource(Engine& engine, std::string table_name, std::string mapping_name)
    : engine_(engine),
      table_name_(std::move(table_name)),
      state_name_("mapping/" + std::move(mapping_name)) {}

Position StreamSource::load_position() {
    return engine_.database().read([&](table::ReadSession& session) {
        Position position;
        const auto state = session.load_state(state_name_);
        if (!state) return position;
        const boost::json::value saved = boost::json::parse(*state);
        position.stream_arn = saved.at("StreamArn").as_string();
        position.sequence = saved.at("Sequence").to_number<std::uint64_t>();
        return position;
    });
}

void StreamSource::save_position(const Position& position) {
    const boost::json::object state{{"StreamArn", position.stream_arn}, {"Sequence", position.sequence}};
    engine_.database().write([&](table::WriteSession& session) {
        session.save_state(state_name_, boost::json::serialize(state));
        return true;
    });
}

Reading StreamSource::read(std::uint64_t sequence, std::size_t limit) {
    return engine_.database().read([&](table::ReadSession& session) {
        Reading reading;
        reading.batch.table_name = table_name_;
        reading.newest_sequence = session.database().sequence();
        for (const table::StreamDefinition* stream : streams_of(session.database(), table_name_)) {
            reading.has_stream = true;
            reading.batch.stream_arn = stream->arn;
            const storage::ChangeLog log(session.transaction(), stream->space);
            for (storage::LoggedChange& change : log.read(sequence, limit, max_batch_bytes)) {
                reading.batch.records.push_back({change.sequence, std::move(change.record_json)});
            }
            if (!reading.batch.records.empty()) break;
        }
        return reading;
    });
}

std::uint64_t StreamSource::count_after(std::uint64_t sequence) {
    return engine_.database().read([&](table::ReadSession& session) {
        std::uint64_t count = 0;
        for (const table::StreamDefinition* stream : streams_of(session.database(), table_name_)) {
            count += storage::ChangeLog(session.transaction(), stream->space).count(sequence);
        }
        return count;
    });
}

}  // namespace tailrace::stream
