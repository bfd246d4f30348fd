#include "tests/inputs/sample_requests.hpp"

#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "tests/inputs/sample_values.hpp"

namespace tailrace::inputs {
namespace {

namespace json = boost::json;

constexpr std::string_view full_mapping = R"({"FunctionName":"count","EventSourceArn":"$STREAM",
    "StartingPosition":"TRIM_HORIZON","BatchSize":10,"Enabled":false,"MaximumBatchingWindowInSeconds":1,
    "MaximumRecordAgeInSeconds":600,"BisectBatchOnFunctionError":true,"MaximumRetryAttempts":2,
    "ParallelizationFactor":2,"TumblingWindowInSeconds":0,"FunctionResponseTypes":["ReportBatchItemFailures"],
    "FilterCriteria":{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"}]},"DestinationConfig":{
    "OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:dlq"}},"Tags":{"a":"b"},
    "MetricsConfig":{"Metrics":["EventCount"]},
    "KMSKeyArn":"arn:aws:kms:us-east-1:000000000000:key/a","LoggingConfig":{"SystemLogLevel":"INFO"},
    "ScalingConfig":{"MaximumConcurrency":2},"StartingPositionTimestamp":1769860800})";

}  // namespace

std::vector<SampleRequest> sample_requests() {
    std::vector<SampleRequest> all;
    std::ifstream file(TAILRACE_SAMPLE_REQUESTS);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const json::value written = json::parse(text);
    for (const json::value& each : written.as_array()) {
        std::string operation = each.at("operation").as_string().c_str();
        const validation::Shape* shape = validation::find_input_shape(operation);
        all.push_back({std::move(operation), shape, each.at("body"), true, {}});
    }
    for (const validation::OperationShape& each : validation::operation_shapes) {
        for (const Members members : {Members::required, Members::all}) {
            all.push_back(
                {std::string(each.operation), each.input, sample_value(*each.input, {}, members), false, {}});
        }
    }
    return all;
}

std::vector<SampleCall> sample_calls() {
    const std::string mappings = "/2015-03-31/event-source-mappings";
    const json::value mapping = json::parse(json::string_view(full_mapping.data(), full_mapping.size()));
    json::object changes = mapping.as_object();
    for (const char* fixed : {"EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "Tags"}) {
        changes.erase(fixed);
    }
    const json::object tags{{"Tags", {{"a", "b"}}}};
    const json::value tool_call = json::parse(
        R"({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "query", "arguments": )"
        R"({"Action": "query", "TableName": "things", "KeyConditionExpression": "pk = :p", )"
        R"("ExpressionAttributeValues": {":p": {"S": "a"}}, "Limit": 1}}})");
    const std::string arn =
        "/2017-03-31/tags/{arn:aws:lambda:us-east-1:000000000000:event-source-mapping:$MAPPING}";
    return {
        {"POST", mappings, mapping},
        {"PUT", mappings + "/{$MAPPING}", changes},
        {"GET", mappings + "/{$MAPPING}", nullptr},
        {"GET", mappings + "?EventSourceArn={$STREAM}&FunctionName={count}&Marker={$MAPPING}&MaxItems={1}",
         nullptr},
        {"DELETE", mappings + "/{$MAPPING}", nullptr},
        {"POST", "/2015-03-31/functions/{count}/invocations?Qualifier={$LATEST}", json::object{{"a", 1}}},
        {"GET", "/2015-03-31/functions/{count}", nullptr},
        {"GET", "/2016-08-19/account-settings", nullptr},
        {"GET", arn, nullptr},
        {"POST", arn, tags},
        {"DELETE", arn + "?tagKeys={a}", nullptr},
        {"POST", "/_tailrace/mcp", tool_call},
        {"POST", "/_tailrace/clock", json::object{{"Seconds", 1}}},
        {"POST", "/_tailrace/clock", json::object{{"Now", "2026-02-01T12:00:00Z"}}},
        {"POST", "/_tailrace/streams/drain?timeout_seconds={0}", nullptr},
        {"POST", "/_tailrace/streams/split?table={things}&shard={$SHARD}", nullptr},
        {"GET", "/_tailrace/mappings/{$MAPPING}/history?records={1}", nullptr},
        {"POST", "/_tailrace/mappings/{$MAPPING}/replay",
         json::object{{"FromSequenceNumber", "$SEQUENCE"}, {"ToSequenceNumber", "$SEQUENCE"}}},
    };
}

}  // namespace tailrace::inputs
