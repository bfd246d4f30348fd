#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/streams/stream_request.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

/// Which shards are asked for.
struct ShardRequest {
    std::size_t limit;
    std::string exclusive_start_id;
    /// Only the children of this shard; empty for no such filter.
    std::string parent_id;
};

ShardRequest read_shard_request(const boost::json::object& request) {
    ShardRequest wanted;
    wanted.limit = static_cast<std::size_t>(validation::integer_member(request, "Limit").value_or(100));
    wanted.exclusive_start_id = validation::text_member(request, "ExclusiveStartShardId").value_or("");
    if (const auto* filter = validation::object_member(request, "ShardFilter")) {
        for (const char* name : {"Type", "ShardId"}) {
            if (validation::text_member(*filter, name)) continue;
            throw ApiError::validation("One or more parameter values were invalid: ShardFilter must have a " +
                                       std::string(name));
        }
        wanted.parent_id = filter->at("ShardId").as_string();
    }
    return wanted;
}

/// Adds Shards and, when there are more, LastEvaluatedShardId.
void add_shards(boost::json::object& description, const table::StreamShards& shards,
                const ShardRequest& wanted) {
    boost::json::array page;
    for (const table::Shard& shard : shards.all()) {
        if (shard.id <= wanted.exclusive_start_id) continue;
        if (!wanted.parent_id.empty() && shard.parent_id != wanted.parent_id) continue;
        if (page.size() == wanted.limit) {
            description["LastEvaluatedShardId"] = page.back().at("ShardId");
            break;
        }
        page.push_back(table::describe(shard));
    }
    description["Shards"] = std::move(page);
}

}  // namespace

std::string describe_stream(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    const std::string arn = read_stream_arn(context, request);
    const ShardRequest wanted = read_shard_request(request);

    return context.database.read([&](table::ReadSession& session) {
        const table::StreamDefinition& stream = described_stream(session, arn);
        boost::json::object description{{"StreamArn", stream.arn},
                                        {"StreamLabel", stream.label},
                                        {"StreamStatus", stream.enabled ? "ENABLED" : "DISABLED"},
                                        {"StreamViewType", stream.view_type},
                                        {"CreationRequestDateTime", epoch_seconds(stream.created)},
                                        {"TableName", stream.table_name},
                                        {"KeySchema", stream.key_schema}};
        add_shards(description, session.catalogue().shards_of(arn), wanted);
        ResponseBody body;
        body.member("StreamDescription", description);
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
