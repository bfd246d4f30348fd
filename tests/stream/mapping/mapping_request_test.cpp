#include "stream/mapping/parameters/mapping_request.hpp"

#include <algorithm>
#include <string>

#include "stream/mapping/parameters/mapping_configuration.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::stream;
namespace json = boost::json;

namespace {

constexpr const char* source =
    R"("EventSourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/2024-06-10T19:26:16.5")";

/// A valid request for a mapping, with these members added.
json::object request(const std::string& members = {}) {
    return json::parse(R"({"FunctionName":"cruddur","StartingPosition":"LATEST",)" + std::string(source) +
                       (members.empty() ? "" : "," + members) + "}")
        .as_object();
}

std::string fault_of(const json::object& body) {
    try {
        read_create_request(body);
    } catch (const InvalidMapping& error) {
        return error.name() + ": " + error.what();
    }
    return {};
}

std::string fault(const std::string& members) {
    return fault_of(request(members));
}

std::string out_of_bounds(const std::string& value, const std::string& path, const std::string& constraint) {
    return "ValidationException: 1 validation error detected: Value '" + value + "' at '" + path +
           "' failed to satisfy constraint: Member must " + constraint;
}

}  // namespace

TEST_CASE("a mapping that names nothing else has Lambda's defaults", "[mapping_request]") {
    const MappingRequest read = read_create_request(request());
    CHECK(read.function_name == "cruddur");
    CHECK(read.event_source_arn ==
          "arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/2024-06-10T19:26:16.5");
    MappingParameters defaults;
    defaults.starting_position = StartingPosition::latest;
    CHECK(read.parameters == defaults);
}

// They have no effect here. They are shown so that an infrastructure tool that compares its settings with the
// shown ones finds no difference.
TEST_CASE("metrics, key and log level of a mapping are kept and shown", "[mapping_request]") {
    const std::string members =
        R"("MetricsConfig":{"Metrics":["EventCount","ErrorCount"]},)"
        R"("KMSKeyArn":"arn:aws:kms:us-east-1:000000000000:key/1","LoggingConfig":{"SystemLogLevel":"INFO"})";
    const MappingParameters read = read_create_request(request(members)).parameters;
    const json::object shown = parameters_json(read);
    const json::value given = json::parse("{" + members + "}");
    for (const auto& member : given.as_object()) CHECK(shown.at(member.key()) == member.value());
    CHECK(read_parameters(shown) == read);
    CHECK(read_update_request({}, read).parameters == read);
    const json::object none =
        json::parse(R"({"MetricsConfig":{"Metrics":[]},"KMSKeyArn":"","LoggingConfig":{}})").as_object();
    const json::object after = parameters_json(read_update_request(none, read).parameters);
    CHECK(after.at("MetricsConfig") == none.at("MetricsConfig"));
    CHECK_FALSE(after.contains("KMSKeyArn"));
    CHECK_FALSE(after.contains("LoggingConfig"));
    for (const char* name : {"MetricsConfig", "KMSKeyArn", "LoggingConfig"})
        CHECK_FALSE(parameters_json({}).contains(name));
}

TEST_CASE("metrics, key and log level are checked", "[mapping_request]") {
    CHECK(fault(R"("MetricsConfig":{"Metrics":["Count"]})") ==
          out_of_bounds("[Count]", "metricsConfig.metrics",
                        "satisfy constraint: [Member must satisfy enum value set: [EventCount, ErrorCount, "
                        "KafkaMetrics]]"));
    CHECK(fault(R"("MetricsConfig":{"Metrics":["EventCount","EventCount","EventCount","EventCount"]})") ==
          out_of_bounds("[EventCount, EventCount, EventCount, EventCount]", "metricsConfig.metrics",
                        "have length less than or equal to 3"));
    CHECK(fault(R"("KMSKeyArn":"key")") ==
          out_of_bounds("key", "kMSKeyArn",
                        "satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()"));
    CHECK(fault(R"("LoggingConfig":{"SystemLogLevel":"TRACE"})") ==
          out_of_bounds("TRACE", "loggingConfig.systemLogLevel",
                        "satisfy enum value set: [DEBUG, INFO, WARN]"));
    CHECK(fault(R"("LoggingConfig":"INFO")") ==
          "SerializationException: class java.lang.String can not be converted to a Structure");
}

// AWS reports an OnSuccess destination before everything else, and a queue needs no StartingPosition.
TEST_CASE("the kind of event source decides what is required", "[mapping_request]") {
    const std::string queue = R"("FunctionName":"f","EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:q")";
    CHECK(fault_of(json::parse("{" + queue + "}").as_object()).empty());
    const std::string no_success =
        "InvalidParameterValueException: Unsupported DestinationConfig parameter for given event source "
        "mapping "
        "type.";
    const std::string success = R"(,"DestinationConfig":{"OnSuccess":{}}})";
    CHECK(fault_of(json::parse("{" + queue + success).as_object()) == no_success);
    CHECK(fault_of(json::parse(R"({"FunctionName":"f")" + success).as_object()) == no_success);
    CHECK(fault_of(json::parse(R"({"FunctionName":"f",)" + std::string(source) + "}").as_object()) ==
          "InvalidParameterValueException: 1 validation error detected: Value null at 'startingPosition' "
          "failed "
          "to satisfy constraint: Member must not be null.");
}

// What is shown for a mapping without a destination is not valid in a request. An empty text removes a
// destination.
TEST_CASE("a destination has to be named", "[mapping_request]") {
    const std::string required =
        "InvalidParameterValueException: The Destination field is required for an OnFailure configuration.";
    const auto config = [](const std::string& on_failure) {
        return R"("DestinationConfig":{"OnFailure":)" + on_failure + "}";
    };
    CHECK(fault(config("{}")) == required);
    CHECK(fault(config(R"({"Destination":null})")) == required);
    CHECK(fault(config(R"({"Destination":""})")).empty());
    CHECK(fault(config("null")).empty());
    CHECK(fault(R"("DestinationConfig":{})").empty());
    const json::object none = json::parse("{" + config("{}") + "}").as_object();
    CHECK_THROWS_AS(read_update_request(none, {}), InvalidMapping);
    CHECK(read_parameters(none).on_failure.empty());
}

TEST_CASE("every parameter of a mapping is read and shown again", "[mapping_request]") {
    const json::object body = request(
        R"("BatchSize":10,"MaximumBatchingWindowInSeconds":5,"ParallelizationFactor":2,"Enabled":false,
           "MaximumRecordAgeInSeconds":60,"MaximumRetryAttempts":0,"TumblingWindowInSeconds":900,
           "BisectBatchOnFunctionError":true,"FunctionResponseTypes":["ReportBatchItemFailures"],
           "FilterCriteria":{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"}]},
           "DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:q"}},
           "Tags":{"a":"b"})");
    const MappingParameters read = read_create_request(body).parameters;
    CHECK(read.batch_size == 10);
    CHECK(read.maximum_batching_window == std::chrono::seconds(5));
    CHECK(read.parallelization_factor == 2);
    CHECK_FALSE(read.enabled);
    CHECK(read.maximum_record_age == std::chrono::seconds(60));
    CHECK(read.maximum_retry_attempts == 0);
    CHECK(read.tumbling_window == std::chrono::seconds(900));
    CHECK(read.bisect_batch_on_function_error);
    CHECK(read.report_batch_item_failures);
    CHECK(read.filters == std::vector<std::string>{R"({"eventName":["INSERT"]})"});
    CHECK(read.on_failure == "arn:aws:sqs:us-east-1:000000000000:q");
    CHECK(read_parameters(parameters_json(read)) == read);
    CHECK(read_parameters(parameters_json({})) == MappingParameters());
}

// The bounds are those of Lambda's service model; the wording was observed on AWS.
TEST_CASE("values out of bounds are refused", "[mapping_request]") {
    CHECK(fault(R"("BatchSize":0)") ==
          out_of_bounds("0", "batchSize", "have value greater than or equal to 1"));
    CHECK(fault(R"("BatchSize":10001)") ==
          out_of_bounds("10001", "batchSize", "have value less than or equal to 10000"));
    CHECK(fault(R"("MaximumBatchingWindowInSeconds":301)") ==
          out_of_bounds("301", "maximumBatchingWindowInSeconds", "have value less than or equal to 300"));
    CHECK(fault(R"("ParallelizationFactor":11)") ==
          out_of_bounds("11", "parallelizationFactor", "have value less than or equal to 10"));
    CHECK(fault(R"("MaximumRecordAgeInSeconds":604801)") ==
          out_of_bounds("604801", "maximumRecordAgeInSeconds", "have value less than or equal to 604800"));
    CHECK(fault(R"("MaximumRetryAttempts":-2)") ==
          out_of_bounds("-2", "maximumRetryAttempts", "have value greater than or equal to -1"));
    CHECK(fault(R"("TumblingWindowInSeconds":901)") ==
          out_of_bounds("901", "tumblingWindowInSeconds", "have value less than or equal to 900"));
    CHECK(fault(R"("StartingPosition":"0")") ==
          out_of_bounds("0", "startingPosition",
                        "satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"));
    CHECK(fault(R"("FunctionResponseTypes":["All"])") ==
          out_of_bounds("[All]", "functionResponseTypes",
                        "satisfy constraint: [Member must satisfy enum value set: "
                        "[ReportBatchItemFailures]]"));
    CHECK(fault(R"("FunctionName":"")") ==
          out_of_bounds("", "functionName", "have length greater than or equal to 1"));
    CHECK(fault(R"("FunctionName":"a b")")
              .starts_with("ValidationException: 1 validation error detected: Value 'a b' at 'functionName' "
                           "failed to satisfy "
                           "constraint: Member must satisfy regular expression pattern: "
                           "(arn:(aws[a-zA-Z-]*)?:lambda:)?"));
    CHECK(fault(R"("EventSourceArn":"music")") ==
          out_of_bounds("music", "eventSourceArn",
                        "satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:"
                        "([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)"));
    const std::string long_pattern(4097, 'p');
    CHECK(fault(R"("FilterCriteria":{"Filters":[{"Pattern":")" + long_pattern + R"("}]})") ==
          out_of_bounds(long_pattern, "filterCriteria.filters.1.member.pattern",
                        "have length less than or equal to 4096"));
    const std::string long_arn(351, 'a');
    CHECK(fault(R"("DestinationConfig":{"OnFailure":{"Destination":")" + long_arn + R"("}})") ==
          out_of_bounds(long_arn, "destinationConfig.onFailure.destination",
                        "have length less than or equal to 350"));
}

TEST_CASE("all values out of bounds are reported together", "[mapping_request]") {
    CHECK(
        fault_of(json::parse(R"({"BatchSize":0,"ParallelizationFactor":0})").as_object()) ==
        "ValidationException: 3 validation errors detected: Value null at 'functionName' failed to satisfy "
        "constraint: Member must not be null; Value '0' at 'batchSize' failed to satisfy constraint: Member "
        "must have value greater than or equal to 1; Value '0' at 'parallelizationFactor' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1");
}

TEST_CASE("members of the wrong type are refused before anything else", "[mapping_request]") {
    const std::string prefix = "SerializationException: class java.lang.";
    CHECK(fault(R"("BatchSize":"1")") == prefix + "String can not be converted to an Integer");
    CHECK(fault(R"("BatchSize":1.5)") == prefix + "Double can not be converted to an Integer");
    CHECK(fault(R"("Enabled":1)") == prefix + "Long can not be converted to a Boolean");
    CHECK(fault(R"("FunctionName":true)") == prefix + "Boolean can not be converted to a String");
    CHECK(fault(R"("FunctionResponseTypes":"x")") == prefix + "String can not be converted to a List");
    CHECK(fault(R"("FilterCriteria":"x")") == prefix + "String can not be converted to a Structure");
    CHECK(fault(R"("FilterCriteria":{"Filters":["x"]})") ==
          prefix + "String can not be converted to a Structure");
    CHECK(fault(R"("StartingPosition":[])") ==
          "SerializationException: class java.util.ArrayList can not be converted to a String");
}

// The wording is AWS's, except for the age and for members of other event sources.
TEST_CASE("the rules for mappings of DynamoDB streams", "[mapping_request]") {
    const std::string name = "InvalidParameterValueException: ";
    json::object without_source = request();
    without_source.erase("EventSourceArn");
    CHECK(fault_of(without_source) == name + "Unrecognized event source.");
    json::object without_position = request();
    without_position.erase("StartingPosition");
    CHECK(fault_of(without_position) ==
          name +
              "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
              "constraint: Member must not be null.");
    CHECK(fault(R"("StartingPosition":"AT_TIMESTAMP","StartingPositionTimestamp":1)") ==
          name +
              "Unsupported starting position for arn type: "
              "arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/2024-06-10T19:26:16.5");
    CHECK(fault(R"("StartingPositionTimestamp":1)") ==
          name + "Timestamp only valid with StartingPosition AT_TIMESTAMP");
    CHECK(fault(R"("DestinationConfig":{"OnSuccess":{"Destination":"arn"}})") ==
          name + "Unsupported DestinationConfig parameter for given event source mapping type.");
    CHECK(fault(R"("Topics":["a"])") ==
          name + "Unsupported Topics parameter for given event source mapping type.");
    CHECK(fault(R"("MaximumRecordAgeInSeconds":59)") ==
          name + "MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
    CHECK(fault(R"("FilterCriteria":{"Filters":[{"Pattern":"{}"}]})") ==
          name + "Invalid filter pattern definition.");
    CHECK(fault(R"("FilterCriteria":{"Filters":[{}]})") == name + "Invalid filter pattern definition.");
}

TEST_CASE("an update changes what it names", "[mapping_request]") {
    MappingParameters current;
    current.starting_position = StartingPosition::latest;
    current.batch_size = 10;
    current.filters = {R"({"eventName":["INSERT"]})"};
    current.on_failure = "failures.jsonl";
    current.maximum_retry_attempts = 3;
    CHECK(read_update_request({}, current).parameters == current);

    const json::object body = json::parse(R"({"FunctionName":"other","Enabled":false,"FilterCriteria":{},
        "MaximumRetryAttempts":-1,"DestinationConfig":{"OnFailure":{"Destination":""}},
        "StartingPosition":"TRIM_HORIZON"})")
                                  .as_object();
    const MappingRequest update = read_update_request(body, current);
    CHECK(update.function_name == "other");
    MappingParameters expected;
    expected.starting_position = StartingPosition::latest;
    expected.batch_size = 10;
    expected.enabled = false;
    CHECK(update.parameters == expected);
}

// The members and their order are those of an answer from AWS for a DynamoDB mapping.
TEST_CASE("a mapping is shown as Lambda shows it", "[mapping_request]") {
    MappingConfiguration shown;
    shown.uuid = "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE";
    shown.mapping_arn = "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:" + shown.uuid;
    shown.event_source_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/x";
    shown.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:cruddur";
    shown.last_modified = Timestamp(std::chrono::milliseconds(1568013979123));
    shown.state = "Enabled";
    CHECK(configuration_json(shown) == json::parse(R"({
        "UUID": "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE", "StartingPosition": "TRIM_HORIZON", "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 0, "ParallelizationFactor": 1,
        "EventSourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/x",
        "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:cruddur",
        "LastModified": 1568013979.123, "LastProcessingResult": "No records processed", "State": "Enabled",
        "StateTransitionReason": "User action", "DestinationConfig": {"OnFailure": {}},
        "MaximumRecordAgeInSeconds": -1, "BisectBatchOnFunctionError": false, "MaximumRetryAttempts": -1,
        "TumblingWindowInSeconds": 0, "FunctionResponseTypes": [],
        "EventSourceMappingArn":
            "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"
    })"));
    shown.parameters.filters = {"{}"};
    shown.parameters.on_failure = "arn:aws:sqs:us-east-1:000000000000:q";
    CHECK(configuration_json(shown).at("FilterCriteria") == json::parse(R"({"Filters":[{"Pattern":"{}"}]})"));
    CHECK(configuration_json(shown).at("DestinationConfig") ==
          json::parse(R"({"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:q"}})"));
}

TEST_CASE("parameters are known by their names", "[mapping_request]") {
    for (const char* name :
         {"BatchSize", "StartingPosition", "FilterCriteria", "Enabled", "DestinationConfig"})
        CHECK(std::ranges::count(parameter_names(), name) == 1);
    for (const char* name : {"batchSize", "FunctionName", "Tags", ""})
        CHECK(std::ranges::count(parameter_names(), name) == 0);
}
