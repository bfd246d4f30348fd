#include "server/admin/shard_endpoints.hpp"

#include <boost/json.hpp>

#include "engine/model/api_error.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

json::object split(table::WriteSession& session, const std::string& table_name, const std::string& shard_id) {
    const table::TableDefinition& definition = session.described_table(table_name);
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

HttpResponse answer_split(Engine& engine, const WebRequest& request) {
    const auto table_name = request.target.parameter("table");
    if (!table_name) {
        return message_response(
            400,
            "The query must contain table, the name of a table. It may contain shard, the id of a shard.");
    }
    const std::string shard_id = request.target.parameter("shard").value_or("");
    try {
        return json_response(engine.database().write(
            [&](table::WriteSession& session) { return split(session, *table_name, shard_id); }));
    } catch (const ApiError& error) {
        return message_response(400, error.message());
    }
}

}  // namespace

void add_shard_endpoints(Mount& admin, Engine& engine) {
    admin.add({.method = "POST",
               .path = "/_tailrace/streams/split",
               .purpose = "Splits an open shard of a table's stream in two: ?table=NAME, and &shard=ID for a "
                          "particular shard.",
               .function = [&engine](const WebRequest& request) { return answer_split(engine, request); },
               .parameters = {{.name = "table"}, {.name = "shard"}}});
}

}  // namespace tailrace::server
