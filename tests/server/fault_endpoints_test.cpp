#include "server/admin/fault_endpoints.hpp"

#include <boost/json.hpp>

#include "server/lambda/lambda_faults.hpp"
#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

struct FaultyServer : FrontDoorFixture {
    FaultyServer() {
        add_fault_endpoints(admin, engine());
        post(signed_headers("CreateTable"), R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}]})");
    }

    HttpResponse replace(const std::string& rules) { return ask("PUT", "/_tailrace/faults", {}, rules); }
    std::string shown() { return ask("GET", "/_tailrace/faults", {}).body; }
    HttpResponse put() {
        return post(signed_headers("PutItem"), R"({"TableName":"music","Item":{"artist":{"S":"Nils"}}})");
    }
    /// Returns why a rule is refused.
    std::string refusal(const std::string& rule) {
        const HttpResponse response = replace("[" + rule + "]");
        CHECK(response.status == 400);
        return std::string(boost::json::parse(response.body).at("message").as_string());
    }
};

const std::string throttling = R"("Then":{"Error":"ThrottlingException"})";

}  // namespace

TEST_CASE("rules are replaced, shown with their counts and removed", "[faults]") {
    FaultyServer server;
    CHECK(server.shown() == R"({"Rules":[]})");
    const std::string rule =
        R"("Name":"once","Operation":"PutItem","TableName":"music","Times":1,"Then":{"Error":)"
        R"("ThrottlingException","Message":"Slow","RetryAfterMs":20})";
    CHECK(server.replace("[{" + rule + "}]").body == R"({"Rules":[{)" + rule + R"(,"Met":0,"Applied":0}]})");
    const HttpResponse throttled = server.put();
    CHECK(throttled.status == 400);
    CHECK(throttled.body ==
          R"({"__type":"com.amazon.coral.availability#ThrottlingException","message":"Slow",)"
          R"("throttlingReasons":[{"reason":"TableWriteKeyRangeThroughputExceeded","resource":)"
          R"("arn:aws:dynamodb:eu-west-1:000000000000:table/music"}]})");
    CHECK(throttled.extra_headers == "x-amz-retry-after: 20\r\n");
    CHECK(server.put().status == 200);
    CHECK(server.shown() == R"({"Rules":[{)" + rule + R"(,"Met":2,"Applied":1}]})");
    // The list may also be the member Rules of an object.
    CHECK(server.replace(R"({"Rules":[{)" + throttling + "}]}").status == 200);
    CHECK(server.put().status == 400);
    CHECK(server.ask("DELETE", "/_tailrace/faults", {}).body == R"({"Rules":[]})");
    CHECK(server.put().status == 200);
}

TEST_CASE("a list of rules is replaced as a whole or not at all", "[faults]") {
    FaultyServer server;
    CHECK(server.replace("[{" + throttling + "}]").status == 200);
    const std::string before = server.shown();
    CHECK(server.replace("[{" + throttling + "},{}]").status == 400);
    CHECK(server.shown() == before);
    for (const char* body : {"", "{", "1", "{}", R"({"Rules":{}})"}) {
        CAPTURE(body);
        const HttpResponse refused = server.replace(body);
        CHECK(refused.status == 400);
        CHECK(refused.body ==
              R"({"message":"The body must be a list of rules, such as [{\"Operation\": \"PutItem\", )"
              R"(\"Times\": 2, \"Then\": {\"Error\": \"ThrottlingException\"}}]."})");
    }
    CHECK(server.shown() == before);
    CHECK(server.replace("[]").body == R"({"Rules":[]})");
}

TEST_CASE("a member that a rule cannot have is refused with what is allowed", "[faults]") {
    FaultyServer server;
    CHECK(server.refusal("{}") == "Rules[0]: Then is missing. It says what happens.");
    CHECK(server.refusal("1") == "Rules[0]: it must be an object.");
    CHECK(server.refusal(R"({"Tims":1,)" + throttling + "}") ==
          "Rules[0]: unknown member 'Tims' (known: Name, Operation, FunctionName, TableName, IndexName, Key, "
          "Skip, Times, Probability, Seed and Then); did you mean Times?");
    CHECK(server.refusal(R"({"Operation":"PutItems",)" + throttling + "}")
              .ends_with("UpdateTimeToLive and FunctionCall); did you mean PutItem?"));
    CHECK(server.refusal(R"({"Then":{"Error":"Throttling"}})")
              .ends_with("TrimmedDataAccessException, UnrecognizedClientException and ValidationException)"));
    CHECK(
        server.refusal(R"({"Then":{"Eror":"x"}})") ==
        "Rules[0].Then: unknown member 'Eror' (known: Error, Message, Reason, RetryAfterMs, Unprocessed, "
        "DelayMs, DelayClock, CancellationReasons, Connection, AnswerMs and Checksum); did you mean Error?");
    CHECK(server.refusal(R"({"Times":0,)" + throttling + "}") ==
          "Rules[0]: Times must be a whole number from 1 to 1000000000000.");
    CHECK(server.refusal(R"({"Skip":1.5,)" + throttling + "}") ==
          "Rules[0]: Skip must be a whole number from 0 to 1000000000000.");
    CHECK(server.refusal(R"({"Probability":2,)" + throttling + "}") ==
          "Rules[0]: Probability must be a number above 0 and at most 1.");
    CHECK(server.refusal(R"({"Seed":2,)" + throttling + "}") == "Rules[0]: Seed needs Probability.");
    CHECK(server.refusal(R"({"TableName":5,)" + throttling + "}") ==
          "Rules[0]: TableName must be a text that is not empty.");
    CHECK(server.refusal(R"({"Key":{"a":{"S":"b"}},)" + throttling + "}") ==
          "Rules[0]: Key needs TableName.");
    CHECK(server.refusal(R"({"TableName":"t","Key":{"a":{"N":"b"}},)" + throttling + "}") ==
          "Rules[0]: Key must have the attributes of a key, or of its partition key: {\"artist\": {\"S\": "
          "\"Nils\"}}; The parameter cannot be converted to a numeric value: b");
    CHECK(server.refusal(R"({"Operation":"ListTables","TableName":"t","IndexName":"i",)" + throttling +
                         "}") == "Rules[0]: ListTables touches no items, so IndexName has no effect there.");
}

TEST_CASE("what cannot happen to an operation is refused", "[faults]") {
    FaultyServer server;
    CHECK(server.refusal(R"({"Then":{"Message":"x"}})") == "Rules[0].Then: Message needs Error.");
    CHECK(server.refusal(R"({"Then":{"Error":"InternalServerError","Reason":)"
                         R"("TableReadAccountLimitExceeded"}})") ==
          "Rules[0].Then: InternalServerError has no Reason.");
    CHECK(server.refusal(R"({"Operation":"PutItem","Then":{"Unprocessed":1}})") ==
          "Rules[0].Then: Unprocessed is only for BatchGetItem and BatchWriteItem.");
    CHECK(server.refusal(R"({"Then":{"CancellationReasons":["None"]}})") ==
          "Rules[0].Then: CancellationReasons is only for ExecuteTransaction, TransactGetItems and "
          "TransactWriteItems.");
    CHECK(
        server.refusal(R"({"Operation":"TransactWriteItems","Then":{"CancellationReasons":["Conflict"]}})") ==
        "Rules[0].Then: unknown code 'Conflict' (known: ConditionalCheckFailed, "
        "ItemCollectionSizeLimitExceeded, None, ProvisionedThroughputExceeded, ThrottlingError, "
        "TransactionConflict and ValidationError)");
    CHECK(server.refusal(R"({"Then":{"Error":"InternalServerError","Connection":"ClosedBeforeWork"}})") ==
          "Rules[0].Then: only one of Error, Unprocessed, CancellationReasons and the Connection "
          "ClosedBeforeWork can happen.");
    CHECK(server.refusal(R"({"Then":{"DelayClock":"real"}})") == "Rules[0].Then: DelayClock needs DelayMs.");
    CHECK(server.refusal(R"({"Then":{"Checksum":"right"}})") ==
          "Rules[0].Then: unknown Checksum 'right' (known: wrong)");
    CHECK(server.shown() == R"({"Rules":[]})");
}

TEST_CASE("a call of a function and an operation of Lambda have rules of their own", "[faults]") {
    FaultyServer server;
    const auto call = [&](const std::string& then) {
        return server.refusal(R"({"Operation":"FunctionCall","Then":)" + then + "}");
    };
    CHECK(call("{}") == "Rules[0].Then: it must have either Call or BatchItemFailures.");
    CHECK(call(R"({"Call":"Failed","BatchItemFailures":1})") ==
          "Rules[0].Then: it must have either Call or BatchItemFailures.");
    CHECK(call(R"({"Call":"TimedOut","Message":"x"})") ==
          R"(Rules[0].Then: Message needs "Call": "Failed".)");
    CHECK(call(R"({"Error":"ThrottlingException"})") ==
          "Rules[0].Then: unknown member 'Error' (known: Call, Message, ErrorType and BatchItemFailures)");
    CHECK(server.refusal(R"({"Operation":"PutItem","FunctionName":"f",)" + throttling + "}") ==
          "Rules[0]: FunctionName is only for FunctionCall.");
    CHECK(server.refusal(R"({"Operation":"lambda:Invok",)" + throttling + "}")
              .ends_with("did you mean lambda:Invoke?"));
    CHECK(server.refusal(R"({"Operation":"lambda:Invoke","TableName":"t",)" + throttling + "}") ==
          "Rules[0]: an operation of Lambda has no TableName.");
    CHECK(
        server.refusal(R"({"Operation":"lambda:Invoke",)" + throttling + "}") ==
        "Rules[0].Then: unknown Error 'ThrottlingException' (known: InvalidParameterValueException, "
        "ResourceConflictException, ResourceInUseException, ResourceNotFoundException, ServiceException and "
        "TooManyRequestsException)");
}

TEST_CASE("requests of Lambda's API meet faults", "[faults]") {
    FaultyServer server;
    add_lambda_faults(server.lambda, server.engine());
    constexpr const char* path = "/2015-03-31/event-source-mappings/";
    const auto answer = [](const WebRequest&) { return json_response({{"done", true}}); };
    server.lambda.add({.method = "GET", .path = "/2015-03-31/event-source-mappings", .function = answer});
    const auto list = [&] { return server.ask("GET", path, {}); };
    server.replace(R"([{"Operation":"lambda:ListEventSourceMappings","Times":1,)"
                   R"("Then":{"Error":"TooManyRequestsException","DelayMs":5}}])");
    const HttpResponse refused = list();
    CHECK(refused.status == 429);
    CHECK(refused.body == R"({"Type":"User","message":"Rate exceeded"})");
    CHECK(refused.extra_headers.starts_with("x-amzn-ErrorType: TooManyRequestsException\r\n"));
    REQUIRE(refused.fault != nullptr);
    CHECK(refused.fault->delay == std::chrono::milliseconds(5));
    const HttpResponse done = list();
    CHECK(done.body == R"({"done":true})");
    CHECK(done.fault == nullptr);
    server.replace(R"([{"Operation":"lambda:ListEventSourceMappings",)"
                   R"("Then":{"Connection":"ClosedBeforeWork"}}])");
    const HttpResponse lost = list();
    CHECK(lost.body.empty());
    REQUIRE(lost.fault != nullptr);
    CHECK(lost.fault->loses_answer());
}
