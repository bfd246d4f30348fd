#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

// There is no Kinesis to stream to, so no table has a destination.
namespace tailrace::operation {

std::string describe_kinesis_streaming_destination(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    return context.database.read([&](table::ReadSession& session) {
        const table::Table& table = session.described_table(request.at("TableName").as_string());
        ResponseBody body;
        body.member("TableName", boost::json::value(table.definition.name));
        body.member("KinesisDataStreamDestinations", boost::json::array());
        return std::move(body).take();
    });
}

std::string disable_kinesis_streaming_destination(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    return context.database.read([&](table::ReadSession& session) -> std::string {
        session.described_table(request.at("TableName").as_string());
        // The words are AWS's for this operation, too.
        throw ApiError::validation(
            "Table is not in a valid state to enable Kinesis Streaming Destination: "
            "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
    });
}

}  // namespace tailrace::operation
