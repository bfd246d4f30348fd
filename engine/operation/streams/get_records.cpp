#include <optional>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/streams/stream_request.hpp"
#include "engine/table/changes/change_record.hpp"
#include "engine/table/changes/shard_iterator.hpp"
#include "engine/table/changes/shard_reader.hpp"

namespace tailrace::operation {
namespace {

// Source: API_streams_GetRecords and API_streams_GetShardIterator.
constexpr std::int64_t max_records = 1000;
constexpr std::size_t max_bytes = 1024 * 1024;
constexpr std::chrono::minutes iterator_life{15};

/// The maximum number of records of other shards that are skipped before a page is returned as it is, even if
/// it is empty.
constexpr std::size_t max_rows = 20'000;

struct GetRecordsRequest {
    table::ShardIterator iterator;
    std::size_t limit = 0;
};

GetRecordsRequest read_get_records(const Request& request, Timestamp now) {
    auto iterator = table::ShardIterator::parse(*request.text("ShardIterator"));
    if (!iterator) throw ApiError::validation("Invalid ShardIterator");
    if (now - iterator->created > iterator_life) {
        throw ApiError(exceptions::expired_iterator,
                       "The provided iterator exceeds the maximum age allowed.");
    }
    return {*std::move(iterator), static_cast<std::size_t>(request.integer("Limit").value_or(max_records))};
}

struct RecordPage {
    std::vector<table::LoggedChange> changes;
    /// Nullopt at the end of a closed shard.
    std::optional<table::ShardIterator> next = {};
};

RecordPage read_page(table::ReadSession& session, const GetRecordsRequest& wanted) {
    const table::ShardIterator& iterator = wanted.iterator;
    const table::StreamDefinition& stream = described_stream(session, iterator.stream_arn);
    const table::Shard& shard = described_shard(session, iterator.stream_arn, iterator.shard_id);
    if (iterator.after < shard.trimmed_sequence) {
        throw ApiError(exceptions::trimmed_data_access,
                       "The data you are trying to access has been trimmed.");
    }
    table::ChangePage read =
        table::read_shard(session, {stream, shard, iterator.after}, {wanted.limit, max_bytes, max_rows});
    RecordPage page{std::move(read.changes)};
    if (shard.is_open() || !read.at_end) {
        page.next = table::ShardIterator{.stream_arn = iterator.stream_arn,
                                         .shard_id = iterator.shard_id,
                                         .after = read.reached,
                                         .created = session.now()};
    }
    return page;
}

/// Functions receive userIdentity with members in lower case; clients of the Streams API receive them
/// capitalized.
void append_record(std::string& records, std::string_view json) {
    if (!records.empty()) records.push_back(',');
    if (const std::string end = std::string(table::service_identity) + "}"; json.ends_with(end)) {
        records.append(json.substr(0, json.size() - end.size()));
        records.append(R"(,"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}})");
    } else {
        records.append(json);
    }
}

}  // namespace

std::string get_records(OperationContext& context, const Request& request) {
    const GetRecordsRequest wanted = read_get_records(request, context.clock.now());
    trim_stream(context, wanted.iterator.stream_arn);

    const RecordPage page =
        context.read([&](table::ReadSession& session) { return read_page(session, wanted); });

    std::string records;
    for (const table::LoggedChange& change : page.changes) append_record(records, change.record_json);
    ResponseBody body;
    body.list("Records", records);
    if (page.next) body.member("NextShardIterator", boost::json::value(page.next->text()));
    return std::move(body).take();
}

}  // namespace tailrace::operation
