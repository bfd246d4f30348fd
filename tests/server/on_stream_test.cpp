#include "server/options/on_stream.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/catch.hpp"

using tailrace::server::OnStream;
using tailrace::server::parse_on_stream;
using tailrace::stream::StartingPosition;
using Texts = std::vector<std::string>;

namespace {

std::string fault(const std::string& text) {
    try {
        parse_on_stream(text);
    } catch (const std::invalid_argument& error) {
        const std::string message = error.what();
        const std::string prefix = "'" + text + "': ";
        CHECK(message.starts_with(prefix));
        return message.substr(prefix.size());
    }
    return {};
}

}  // namespace

TEST_CASE("a table and a handler alone have Lambda's defaults", "[on_stream]") {
    CHECK(parse_on_stream("music=message-groups") == OnStream{"music", "message-groups"});
    CHECK(parse_on_stream("music=http://x/?a=b,c=d") == OnStream{"music", "http://x/?a=b,c=d"});
}

// Commas within a value belong to the value.
TEST_CASE("a pattern may hold what looks like a parameter", "[on_stream]") {
    CHECK(
        parse_on_stream(R"(music=h,Filter={"eventName":["a,Colour=red,BatchSize=1"]})").parameters.filters ==
        Texts{R"({"eventName":["a,Colour=red,BatchSize=1"]})"});
}

// A mapping is for one table, and no table has such a name.
TEST_CASE("a pattern of tables is refused", "[on_stream]") {
    CHECK(fault("orders-*=h") == "'orders-*' is not a table's name, which has only A-Z a-z 0-9 _ . -");
    CHECK(fault(R"({"TableName":"a b","FunctionName":"h"})") ==
          "'a b' is not a table's name, which has only A-Z a-z 0-9 _ . -");
    CHECK(parse_on_stream("Orders_2026.v1-a=h").table == "Orders_2026.v1-a");
}

TEST_CASE("parameters follow a handler", "[on_stream]") {
    const OnStream read = parse_on_stream(
        "music=exec:./run a,b,BatchSize=1,BisectBatchOnFunctionError=true,MaximumRetryAttempts=2,"
        "StartingPosition=LATEST,FunctionResponseTypes=ReportBatchItemFailures,"
        R"(Filter={"eventName":["INSERT","MODIFY"]},Filter={"eventName":["REMOVE"]},)"
        "OnFailure=file:failed,or not.jsonl,Enabled=false");
    CHECK(read.table == "music");
    CHECK(read.handler == "exec:./run a,b");
    CHECK(read.parameters.batch_size == 1);
    CHECK(read.parameters.bisect_batch_on_function_error);
    CHECK(read.parameters.maximum_retry_attempts == 2);
    CHECK(read.parameters.starting_position == StartingPosition::latest);
    CHECK(read.parameters.report_batch_item_failures);
    CHECK(read.parameters.filters ==
          Texts{R"({"eventName":["INSERT","MODIFY"]})", R"({"eventName":["REMOVE"]})"});
    CHECK(read.parameters.on_failure == "file:failed,or not.jsonl");
    CHECK_FALSE(read.parameters.enabled);
}

// It says how to read the handler's answers, so it belongs to the handler.
TEST_CASE("EmptyResponse applies to the handler in any position", "[on_stream]") {
    const std::string handler = "lambda:http://localhost:9000,EmptyResponse=success";
    CHECK(parse_on_stream("music=" + handler) == OnStream{"music", handler});
    CHECK(parse_on_stream("music=" + handler + ",BatchSize=7").handler == handler);
    const OnStream last =
        parse_on_stream("music=lambda:http://localhost:9000,BatchSize=7,EmptyResponse=success");
    CHECK(last.handler == handler);
    CHECK(last.parameters.batch_size == 7);
}

// The names are those of CreateEventSourceMapping, except for the table.
TEST_CASE("a mapping can be a JSON object", "[on_stream]") {
    const OnStream read =
        parse_on_stream(R"({"TableName":"music","FunctionName":"h","BatchSize":10,)"
                        R"("DestinationConfig":{"OnFailure":{"Destination":"failed.jsonl"}}})");
    CHECK(read.table == "music");
    CHECK(read.handler == "h");
    CHECK(read.parameters.batch_size == 10);
    CHECK(read.parameters.on_failure == "failed.jsonl");
    CHECK(parse_on_stream(
              R"({"EventSourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/2024",)"
              R"("FunctionName":"h"})") == OnStream{"music", "h"});
}

TEST_CASE("an invalid mapping is reported in one line", "[on_stream]") {
    CHECK(fault("music") == "it is not TABLE=HANDLER");
    CHECK(fault("=h") == "it is not TABLE=HANDLER");
    CHECK(fault("music=,BatchSize=1") == "it is not TABLE=HANDLER");
    CHECK(fault("music=h,BatchSize=ten") == R"(BatchSize cannot be "ten")");
    CHECK(fault("music=h,Enabled=1") == "Enabled cannot be 1");
    CHECK(fault("music=h,BatchSize=0") ==
          "1 validation error detected: Value '0' at 'batchSize' failed to satisfy constraint: Member must "
          "have value greater than or equal to 1");
    CHECK(fault("music=h,Filter={}") == "Invalid filter pattern definition.");
    CHECK(fault("music=h,BatchSise=1") == "unknown parameter BatchSise; did you mean BatchSize?");
    CHECK(fault("music=h,batchsize=1") == "unknown parameter batchsize; did you mean BatchSize?");
    CHECK(fault("music=h,BatchSize=1,Colour=red") == "unknown parameter Colour");
    CHECK(fault(R"({"TableName":"music","FunctionName":"h","batchSize":1})") ==
          "unknown parameter batchSize; did you mean BatchSize?");
    CHECK(fault("{") == "it is not a JSON object");
    CHECK(fault(R"({"FunctionName":"h"})") == "TableName is missing");
    CHECK(fault(R"({"TableName":1})") == "TableName must be a string");
    CHECK(fault(R"({"TableName":"music"})") == "FunctionName is missing");
    CHECK(fault(R"({"TableName":"music","FunctionName":"h","Batch":1})") == "unknown parameter Batch");
}
