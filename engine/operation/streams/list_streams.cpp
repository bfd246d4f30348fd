#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/streams/stream_request.hpp"
#include "engine/table/changes/stream_retention.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {

std::string list_streams(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    const auto limit = static_cast<std::size_t>(validation::integer_member(request, "Limit").value_or(100));
    const auto table = validation::text_member(request, "TableName");
    const auto start = validation::text_member(request, "ExclusiveStartStreamArn");
    if (start) check_stream_arn(*start);
    table::StreamRetention().remove_outlived(context.database, context.clock.now());

    return context.database.read([&](table::ReadSession& session) {
        const auto& streams = session.catalogue().streams;
        boost::json::array page;
        ResponseBody body;
        for (auto next = start ? streams.upper_bound(*start) : streams.begin(); next != streams.end();
             ++next) {
            const table::StreamDefinition& stream = *next->second;
            if (table && stream.table_name != table::table_name_of(*table)) continue;
            if (page.size() == limit) {
                body.member("LastEvaluatedStreamArn", page.back().at("StreamArn"));
                break;
            }
            page.push_back(
                {{"StreamArn", stream.arn}, {"TableName", stream.table_name}, {"StreamLabel", stream.label}});
        }
        body.member("Streams", page);
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
