#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/streams/stream_request.hpp"
#include "engine/table/changes/change_record.hpp"
#include "engine/table/changes/shard_iterator.hpp"
#include "engine/table/changes/shard_reader.hpp"
#include "engine/table/changes/stream_retention.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

// Source: API_streams_GetRecords and API_streams_GetShardIterator.
constexpr std::int64_t most_records = 1000;
constexpr std::size_t most_bytes = 1024 * 1024;
constexpr std::chrono::minutes iterator_life{15};

/// How many records are passed over that are other shards' before a page is given as it is, even empty.
constexpr std::size_t most_rows = 20'000;

table::ShardIterator read_iterator(const OperationContext& context, const boost::json::object& request) {
    auto iterator = table::ShardIterator::parse(request.at("ShardIterator").as_string());
    if (!iterator) throw ApiError::validation("Invalid ShardIterator");
    if (context.clock.now() - iterator->created > iterator_life) {
        throw ApiError::expired_iterator("The provided iterator exceeds the maximum age allowed.");
    }
    return *iterator;
}

/// Functions get userIdentity with small letters, clients of the Streams API with capitals.
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

std::string get_records(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    table::ShardIterator iterator = read_iterator(context, request);
    const auto limit =
        static_cast<std::size_t>(validation::integer_member(request, "Limit").value_or(most_records));
    table::StreamRetention().trim_slice(context.database, iterator.stream_arn, context.clock.now());

    return context.database.read([&](table::ReadSession& session) {
        const table::StreamDefinition& stream = described_stream(session, iterator.stream_arn);
        const table::Shard& shard = described_shard(session, iterator.stream_arn, iterator.shard_id);
        if (iterator.after < shard.trimmed_sequence) {
            throw ApiError::trimmed_data_access("The data you are trying to access has been trimmed.");
        }
        const auto page =
            table::read_shard(session, {stream, shard, iterator.after}, {limit, most_bytes, most_rows});
        std::string records;
        for (const auto& change : page.changes) append_record(records, change.record_json);

        iterator.after = page.reached;
        iterator.created = session.now();
        ResponseBody body;
        body.list("Records", records);
        if (shard.is_open() || !page.at_end) {
            body.member("NextShardIterator", boost::json::value(iterator.text()));
        }
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
