#include <memory>
#include <optional>
#include <vector>

#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/streams/stream_request.hpp"
#include "engine/table/changes/stream_retention.hpp"

namespace tailrace::operation {
namespace {

struct ListStreamsRequest {
    std::size_t limit = 0;
    /// Lists only the streams of this table.
    std::optional<std::string_view> table_name;
    std::optional<std::string_view> exclusive_start_arn;
};

ListStreamsRequest read_list(const Request& request) {
    ListStreamsRequest list;
    list.limit = static_cast<std::size_t>(request.integer("Limit").value_or(100));
    if (const auto name = request.text("TableName")) list.table_name = table::table_name_of(*name);
    list.exclusive_start_arn = request.text("ExclusiveStartStreamArn");
    if (list.exclusive_start_arn) check_stream_arn(*list.exclusive_start_arn);
    return list;
}

struct StreamPage {
    std::vector<std::shared_ptr<const table::StreamDefinition>> streams = {};
    bool has_more = false;
};

StreamPage find_streams(const table::Catalogue& catalogue, const ListStreamsRequest& list) {
    const auto& streams = catalogue.streams;
    StreamPage page;
    auto next = list.exclusive_start_arn ? streams.upper_bound(*list.exclusive_start_arn) : streams.begin();
    for (; next != streams.end(); ++next) {
        if (list.table_name && next->second->table_name != *list.table_name) continue;
        page.has_more = page.streams.size() == list.limit;
        if (page.has_more) break;
        page.streams.push_back(next->second);
    }
    return page;
}

}  // namespace

std::string list_streams(OperationContext& context, const Request& request) {
    const ListStreamsRequest list = read_list(request);
    table::StreamRetention().remove_outlived(context.database, context.clock.now());

    const StreamPage page =
        context.read([&](table::ReadSession& session) { return find_streams(session.catalogue(), list); });

    ResponseBody body;
    if (page.has_more) body.member("LastEvaluatedStreamArn", boost::json::value(page.streams.back()->arn));
    boost::json::array streams;
    for (const auto& stream : page.streams) {
        streams.push_back(
            {{"StreamArn", stream->arn}, {"TableName", stream->table_name}, {"StreamLabel", stream->label}});
    }
    body.member("Streams", streams);
    return std::move(body).take();
}

}  // namespace tailrace::operation
