#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/streams/stream_request.hpp"

namespace tailrace::operation {
namespace {

struct DescribeStreamRequest {
    std::string arn;
    std::size_t limit = 0;
    std::string_view exclusive_start_id;
    /// Selects only the children of this shard; empty for no filter.
    std::string_view parent_id;
};

std::string_view read_parent_id(const Request& filter) {
    for (const char* name : {"Type", "ShardId"}) {
        if (filter.has(name)) continue;
        throw ApiError::validation("One or more parameter values were invalid: ShardFilter must have a " +
                                   std::string(name));
    }
    return *filter.text("ShardId");
}

DescribeStreamRequest read_describe(const Request& request) {
    DescribeStreamRequest wanted;
    wanted.arn = read_stream_arn(request);
    wanted.limit = static_cast<std::size_t>(request.integer("Limit").value_or(100));
    wanted.exclusive_start_id = request.text("ExclusiveStartShardId").value_or("");
    if (const auto filter = request.structure("ShardFilter")) wanted.parent_id = read_parent_id(*filter);
    return wanted;
}

/// A stream with one page of its shards.
struct DescribedStream {
    table::StreamDefinition stream;
    std::vector<table::Shard> shards = {};
    bool has_more = false;
};

DescribedStream find_shards(const table::ReadSession& session, const DescribeStreamRequest& wanted) {
    DescribedStream found{described_stream(session, wanted.arn)};
    for (const table::Shard& shard : session.catalogue().shards_of(wanted.arn).all()) {
        if (shard.id <= wanted.exclusive_start_id) continue;
        if (!wanted.parent_id.empty() && shard.parent_id != wanted.parent_id) continue;
        found.has_more = found.shards.size() == wanted.limit;
        if (found.has_more) break;
        found.shards.push_back(shard);
    }
    return found;
}

boost::json::object description(const DescribedStream& described) {
    const table::StreamDefinition& stream = described.stream;
    boost::json::object shown{{"StreamArn", stream.arn},
                              {"StreamLabel", stream.label},
                              {"StreamStatus", stream.enabled ? "ENABLED" : "DISABLED"},
                              {"StreamViewType", stream.view_type},
                              {"CreationRequestDateTime", epoch_seconds(stream.created)},
                              {"TableName", stream.table_name},
                              {"KeySchema", stream.key_schema}};
    if (described.has_more) shown["LastEvaluatedShardId"] = described.shards.back().id;
    boost::json::array shards;
    for (const table::Shard& shard : described.shards) shards.push_back(table::describe(shard));
    shown["Shards"] = std::move(shards);
    return shown;
}

}  // namespace

std::string describe_stream(OperationContext& context, const Request& request) {
    const DescribeStreamRequest wanted = read_describe(request);
    trim_stream(context, wanted.arn);

    const DescribedStream described =
        context.read([&](table::ReadSession& session) { return find_shards(session, wanted); });

    ResponseBody body;
    body.member("StreamDescription", description(described));
    return std::move(body).take();
}

}  // namespace tailrace::operation
