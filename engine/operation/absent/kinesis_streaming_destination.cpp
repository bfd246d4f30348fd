#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

// There is no Kinesis to stream to, so no table has a destination.
namespace tailrace::operation {
namespace {

/// The name of the table in the request. Throws if the table does not exist.
std::string find_table_name(const OperationContext& context, const Request& request) {
    const std::string_view name = request.table_name();
    return context.read([&](table::ReadSession& session) { return session.described_table(name).name; });
}

}  // namespace

std::string describe_kinesis_streaming_destination(OperationContext& context, const Request& request) {
    const std::string table_name = find_table_name(context, request);
    ResponseBody body;
    body.member("TableName", boost::json::value(table_name));
    body.member("KinesisDataStreamDestinations", boost::json::array());
    return std::move(body).take();
}

std::string disable_kinesis_streaming_destination(OperationContext& context, const Request& request) {
    find_table_name(context, request);
    // AWS uses these words for this operation too.
    throw ApiError::validation(
        "Table is not in a valid state to enable Kinesis Streaming Destination: "
        "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
}

}  // namespace tailrace::operation
