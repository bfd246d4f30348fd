#include "server/admin/shard_endpoints.hpp"

#include <boost/json.hpp>

#include "engine/model/api_error.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"
#include "server/wire/request_target.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

AdminResponse refusal(std::string message) {
    return {400, json::serialize(json::object{{"message", std::move(message)}})};
}

json::object split(table::WriteSession& session, const std::string& table_name, const std::string& shard_id) {
    const table::TableDefinition& definition = session.described_table(table_name).definition;
    if (!definition.streams()) {
        throw ApiError::validation("The table " + definition.name + " has no enabled stream.");
    }
    const table::ShardSplit split = table::split_shard(session, definition.stream->arn, shard_id);
    json::array children;
    for (const table::Shard& child : split.children) children.emplace_back(child.id);
    return {{"StreamArn", definition.stream->arn},
            {"ParentShardId", split.parent.id},
            {"ChildShardIds", std::move(children)}};
}

AdminResponse answer_split(Engine& engine, const AdminRequest& request) {
    const std::string text = "?" + std::string(request.query);
    const RequestTarget target(text);
    const auto table_name = target.parameter("table");
    if (!table_name)
        return refusal("The query must hold table, a table's name; it may hold shard, a shard's id.");
    try {
        return {200, json::serialize(engine.database().write([&](table::WriteSession& session) {
                    return split(session, *table_name, target.parameter("shard").value_or(""));
                }))};
    } catch (const ApiError& error) {
        return refusal(error.message());
    }
}

}  // namespace

void add_shard_endpoints(AdminEndpoints& endpoints, Engine& engine) {
    endpoints.add(
        {"POST", "/_tailrace/streams/split",
         "Splits an open shard of a table's stream in two: ?table=NAME, and &shard=ID for a certain one.",
         [&engine](const AdminRequest& request) { return answer_split(engine, request); }});
}

}  // namespace tailrace::server
