#include "server/front_door.hpp"

#include "server/wire/content_coding.hpp"
#include "server/wire/wire_request.hpp"
#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

constexpr const char* unknown_operation =
    R"({"__type":"com.amazon.coral.service#UnknownOperationException"})";
constexpr const char* serialization = R"({"__type":"com.amazon.coral.service#SerializationException"})";
constexpr const char* missing_token =
    R"({"__type":"com.amazon.coral.service#MissingAuthenticationTokenException",)"
    R"("message":"Request is missing Authentication Token"})";
constexpr const char* internal_error =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})";

const Headers plain_json = {{"Content-Type", "application/json"}};

Headers with_target(const std::string& target) {
    return {{"X-Amz-Target", target}};
}

void check_refused(const HttpResponse& response, const std::string& body) {
    CHECK(response.status == 400);
    CHECK(response.body == body);
}

}  // namespace

// From end to end: the engine carries out an operation and its response is returned.
TEST_CASE("a signed request reaches the engine") {
    FrontDoorFixture server;
    const HttpResponse response = server.post(signed_headers("ListTables"), "{}");
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/x-amz-json-1.0");
    CHECK(response.content_encoding.empty());
    CHECK(response.extra_headers.empty());
    CHECK(response.body == R"({"TableNames":[]})");
}

// An exception of the engine becomes the body and the status.
TEST_CASE("an error of the engine is answered in its words") {
    FrontDoorFixture server;
    const HttpResponse response = server.post(signed_headers("DescribeTable"), R"({"TableName":"Music"})");
    CHECK(response.status == 400);
    CHECK(response.body == R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",)"
                           R"("message":"Requested resource not found: Table: Music not found"})");
}

// The error has the form of the API that was called. SDKs repeat a request after 503 and 429.
TEST_CASE("a request without memory for its body is refused in its API's words") {
    const std::string message =
        "The bodies of other requests use all the memory of --body-memory. Send this request again later.";
    FrontDoorFixture server;
    const HttpResponse response = server.refuse_body("POST", "/", signed_headers("PutItem"));
    CHECK(response.status == 503);
    CHECK(response.content_type == "application/x-amz-json-1.0");
    CHECK(response.extra_headers.empty());
    CHECK(response.body ==
          R"({"__type":"com.amazon.coral.availability#ServiceUnavailable","message":")" + message + R"("})");

    const HttpResponse lambda = server.refuse_body("POST", "/2015-03-31/functions/f/invocations", {});
    CHECK(lambda.status == 429);
    CHECK(lambda.content_type == "application/json");
    CHECK(lambda.extra_headers == "x-amzn-ErrorType: TooManyRequestsException\r\n");
    CHECK(lambda.body == R"({"Type":"User","message":")" + message + R"("})");

    const HttpResponse admin = server.refuse_body("POST", "/_tailrace/batches", {});
    CHECK(admin.status == 429);
    CHECK(admin.content_type == "application/json");
    CHECK(admin.extra_headers.empty());
    CHECK(admin.body == R"({"message":")" + message + R"("})");
}

// A caller without access learns nothing else.
TEST_CASE("a request without access is refused before a body without memory is") {
    FrontDoorFixture server({.access = {.admin_token = "secret"}});
    const HttpResponse response = server.refuse_body("POST", "/_tailrace/batches", {});
    CHECK(response.status == 401);
}

// Clients behind a proxy send the whole URL.
TEST_CASE("an absolute target stands for the path in it") {
    FrontDoorFixture server;
    const HttpResponse response =
        server.ask("POST", "http://dynamodb.ca-central-1.amazonaws.com/", signed_headers("ListTables"), "{}");
    CHECK(response.body == R"({"TableNames":[]})");
}

// The text with its space at the end is AWS's.
TEST_CASE("GET answers that the endpoint is healthy") {
    FrontDoorFixture server;
    const HttpResponse response = server.ask("GET", "/", {});
    CHECK(response.status == 200);
    CHECK(response.content_type.empty());
    CHECK(response.body == "healthy: dynamodb.us-east-1.amazonaws.com ");
}

// Health checks use HEAD; the session leaves out the body.
TEST_CASE("HEAD is answered as GET is") {
    FrontDoorFixture server;
    const HttpResponse response = server.ask("HEAD", "/", {});
    CHECK(response.status == 200);
    CHECK(response.body == "healthy: dynamodb.us-east-1.amazonaws.com ");
}

// Programs that wait for DynamoDB Local wait for this answer, whatever the path.
TEST_CASE("in DynamoDB Local's place a page is answered as it does") {
    FrontDoorFixture server({.as_dynamodb_local = true});
    for (const char* method : {"GET", "HEAD"}) {
        for (const char* target : {"/", "/shell/", "/users/123"}) {
            const HttpResponse response = server.ask(method, target, {});
            CHECK(response.status == 400);
            CHECK(response.content_type == "application/x-amz-json-1.0");
            CHECK(response.content() ==
                  R"({"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken",)"
                  R"("Message":"Request must contain either a valid (registered) AWS access key ID or )"
                  R"(X.509 certificate."})");
        }
    }
    CHECK(server.ask("PUT", "/", {}).status == 404);
    CHECK(server.ask("GET", "/_tailrace/none", {}).status == 404);
    CHECK(server.post(signed_headers("ListTables"), "{}").body == R"({"TableNames":[]})");
}

// dynamodb-admin sends a form's numbers as strings, which AWS refuses.
TEST_CASE("in DynamoDB Local's place numbers may be sent as strings") {
    const std::string table = R"({"TableName": "music",
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": "3", "WriteCapacityUnits": "4"}})";
    FrontDoorFixture local({.as_dynamodb_local = true});
    const HttpResponse made = local.post(signed_headers("CreateTable"), table);
    CHECK(made.status == 200);
    CHECK(made.body.find(R"("ReadCapacityUnits":3,"WriteCapacityUnits":4)") != std::string::npos);

    FrontDoorFixture usual;
    const HttpResponse refused = usual.post(signed_headers("CreateTable"), table);
    CHECK(refused.status == 400);
    CHECK(refused.body == R"({"__type":"com.amazon.coral.service#SerializationException",)"
                          R"("Message":"STRING_VALUE cannot be converted to Long"})");
}

// Methods, paths and content types that DynamoDB's endpoint does not accept.
TEST_CASE("a request that is not for DynamoDB is answered with 404") {
    FrontDoorFixture server;
    const auto check_not_found = [](const HttpResponse& response) {
        CHECK(response.status == 404);
        CHECK(response.content() == "<UnknownOperationException/>\n");
    };
    check_not_found(server.ask("PUT", "/", {}));
    check_not_found(server.ask("DELETE", "/", {}));
    check_not_found(server.ask("OPTIONS", "/", {}));
    check_not_found(server.ask("GET", "/shell", {}));
    check_not_found(server.ask("POST", "/shell", signed_headers("ListTables"), "{}"));
    check_not_found(server.post({}, "hi"));
    check_not_found(server.post({{"Content-Type", "whatever"}}, "hi"));
    check_not_found(server.post({{"Content-Type", "application/jsonasdf"}}, "hi"));
}

// The body is parsed first: an unsigned request with invalid JSON gets this error too.
TEST_CASE("a body that is not JSON is refused before anything else") {
    FrontDoorFixture server;
    for (const char* type : {"application/json", "application/json;", "  application/json  ;   asfd"}) {
        const HttpResponse response = server.post({{"content-type", type}}, "hi");
        check_refused(response, serialization);
        CHECK(response.content_type == "application/json");
    }
    const HttpResponse aws = server.post({{"Content-Type", "application/x-amz-json-1.0;blah"}}, "hi");
    check_refused(aws, serialization);
    CHECK(aws.content_type == "application/x-amz-json-1.0");
    const HttpResponse newer = server.post({{"Content-Type", "application/x-amz-json-1.1"}}, "hi");
    check_refused(newer, serialization);
    CHECK(newer.content_type == "application/x-amz-json-1.1");
}

// JSON that is not an object, or a missing body, is reported only after the signature has been checked.
TEST_CASE("a body that is not a JSON object is refused last") {
    FrontDoorFixture server;
    check_refused(server.post(signed_headers("ListTables"), "7"), serialization);
    check_refused(server.post(signed_headers("ListTables"), "[]"), serialization);
    check_refused(server.post(signed_headers("ListTables"), ""), serialization);
    check_refused(server.post(signed_headers("ListTables"), "{}{}"), serialization);
}

// Each service has operations of its own.
TEST_CASE("a target must name an operation of its service") {
    FrontDoorFixture server;
    check_refused(server.post({}), unknown_operation);
    check_refused(server.post(plain_json, "{}"), unknown_operation);
    check_refused(server.post(with_target("whatever")), unknown_operation);
    check_refused(server.post(with_target("DynamoDB_20120810.ListTable")), unknown_operation);
    check_refused(server.post(with_target("DynamoDB_20111205.ListTables")), unknown_operation);
    check_refused(server.post(with_target("DynamoDBStreams_20120810.ListTables")), unknown_operation);
    check_refused(server.post(with_target("DynamoDB_20120810.ListStreams")), unknown_operation);
}

// A known target without a signature.
TEST_CASE("a request must be signed") {
    FrontDoorFixture server;
    check_refused(server.post(with_target("DynamoDB_20120810.ListTables")), missing_token);
}

// Ten thousand brackets are refused without being parsed recursively.
TEST_CASE("JSON that is nested too deeply is refused in DynamoDB's words") {
    FrontDoorFixture server;
    const std::string body = std::string(10000, '[') + std::string(10000, ']');
    check_refused(
        server.post(signed_headers("ListTables"), body),
        R"({"__type":"com.amazon.coral.validate#ValidationException","message":"Nesting Levels have )"
        R"(exceeded supported limits: Attributes in the item have nested levels beyond supported limit"})");
}

// If the nesting is within the limit of a request, the operation refuses it, in the order of its checks.
TEST_CASE("JSON of many levels is for the operation to refuse") {
    FrontDoorFixture server;
    const auto nested = [](int lists) {
        return R"({"TableName":"none","Item":{},"other":)" +
               std::string(static_cast<std::size_t>(lists), '[') +
               std::string(static_cast<std::size_t>(lists), ']') + "}";
    };
    check_refused(server.post(signed_headers("PutItem"), nested(255)),
                  R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",)"
                  R"("message":"Requested resource not found"})");
    check_refused(
        server.post(signed_headers("PutItem"), nested(256)),
        R"({"__type":"com.amazon.coral.validate#ValidationException","message":"Nesting Levels have )"
        R"(exceeded supported limits: Attributes in the item have nested levels beyond supported limit"})");
}

// SDKs send compressed requests if they are configured to.
TEST_CASE("a compressed body is taken") {
    FrontDoorFixture server;
    for (const ContentCoding coding : {ContentCoding::gzip, ContentCoding::deflate}) {
        const Headers headers =
            signed_headers("ListTables", {{"Content-Encoding", std::string(coding_name(coding))}});
        CHECK(server.post(headers, compressed("{}", coding)).body == R"({"TableNames":[]})");
    }
}

// AWS answers a body that it cannot decompress with an internal error.
TEST_CASE("a body that cannot be decompressed is an internal error") {
    FrontDoorFixture server;
    for (const char* coding : {"gzip", "deflate", "garbage"}) {
        const HttpResponse response =
            server.post(signed_headers("ListTables", {{"Content-Encoding", coding}}), "{}");
        CHECK(response.status == 500);
        CHECK(response.body == internal_error);
    }
}

// A small body may decompress to a large one, for which the limit applies as well.
TEST_CASE("a gzip body that unfolds to more than the limit is too large") {
    FrontDoorFixture server;
    const std::string body = "{}" + std::string(max_body_bytes, ' ');
    const HttpResponse response = server.post(signed_headers("ListTables", {{"Content-Encoding", "gzip"}}),
                                              compressed(body, ContentCoding::gzip));
    CHECK(response.status == 413);
    CHECK(response.body == R"({"__type":"RequestEntityTooLarge"})");
}

// Long answers are compressed for clients that accept it.
TEST_CASE("a response over 4 KB is compressed when the client accepts it") {
    FrontDoorFixture server;
    const std::string text(5000, 'x');
    server.admin.add({.method = "GET",
                      .path = "/_tailrace/long",
                      .purpose = "Answers at length.",
                      .function = [&text](const WebRequest&) { return HttpResponse{.body = text}; }});
    CHECK(server.ask("GET", "/_tailrace/long", {}).body == text);
    const HttpResponse packed = server.ask("GET", "/_tailrace/long", {{"Accept-Encoding", "gzip, deflate"}});
    CHECK(packed.content_encoding == "gzip");
    CHECK(packed.body.size() < 100);
    CHECK(decompressed(packed.body, ContentCoding::gzip, 10000).body == text);
}

// A constant body is sent without a copy, unless it is compressed.
TEST_CASE("a fixed body is sent, and compressed, as any other") {
    FrontDoorFixture server;
    static const std::string text(5000, 'x');
    server.admin.add({.method = "GET",
                      .path = "/_tailrace/page",
                      .purpose = "Shows a page.",
                      .function = [](const WebRequest&) {
                          return HttpResponse{.content_type = "text/html", .fixed_body = text};
                      }});
    const HttpResponse plain = server.ask("GET", "/_tailrace/page", {});
    CHECK(plain.content_type == "text/html");
    CHECK(plain.content().data() == text.data());
    CHECK(plain.content() == text);
    const HttpResponse packed = server.ask("GET", "/_tailrace/page", {{"Accept-Encoding", "gzip"}});
    CHECK(packed.content_encoding == "gzip");
    CHECK(decompressed(packed.content(), ContentCoding::gzip, 10000).body == text);
}

// A short answer is not compressed.
TEST_CASE("a response of 4 KB is not compressed") {
    FrontDoorFixture server;
    const std::string text(4096, 'x');
    server.admin.add({.method = "GET",
                      .path = "/_tailrace/long",
                      .purpose = "Answers at length.",
                      .function = [&text](const WebRequest&) { return HttpResponse{.body = text}; }});
    const HttpResponse response = server.ask("GET", "/_tailrace/long", {{"Accept-Encoding", "gzip"}});
    CHECK(response.content_encoding.empty());
    CHECK(response.body == text);
}

// A browser asks before it sends; whatever it asks for is allowed.
TEST_CASE("a preflight request is allowed what it asks for") {
    FrontDoorFixture server;
    const HttpResponse response =
        server.ask("OPTIONS", "/",
                   {{"Origin", "http://localhost:3000"},
                    {"Access-Control-Request-Method", "POST"},
                    {"Access-Control-Request-Headers", "x-amz-target, authorization"}});
    CHECK(response.status == 200);
    CHECK(response.body.empty());
    CHECK(response.extra_headers ==
          "Access-Control-Allow-Origin: *\r\n"
          "Access-Control-Expose-Headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,"
          "x-tailrace-hint\r\n"
          "Access-Control-Allow-Headers: x-amz-target, authorization\r\n"
          "Access-Control-Allow-Methods: POST\r\n"
          "Access-Control-Max-Age: 172800\r\n");
}

// Without these headers a browser would report our error as one of its own.
TEST_CASE("errors can be read from pages of other origins") {
    FrontDoorFixture server;
    const HttpResponse response = server.post({{"Origin", "http://localhost:3000"}});
    check_refused(response, unknown_operation);
    CHECK(response.extra_headers ==
          "Access-Control-Allow-Origin: *\r\n"
          "Access-Control-Expose-Headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,"
          "x-tailrace-hint\r\n");
}

// The engine answers on the connection's thread, and so does an endpoint declared not to wait.
TEST_CASE("only admin endpoints may block") {
    FrontDoorFixture server;
    const auto function = [](const WebRequest&) { return HttpResponse(); };
    server.admin.add(
        {.method = "POST", .path = "/_tailrace/wait", .purpose = "Waits.", .function = function});
    server.admin.add({.method = "GET",
                      .path = "/_tailrace/look",
                      .purpose = "Looks.",
                      .function = function,
                      .answering = Answering::at_once});
    CHECK(server.may_block("POST", "/_tailrace/wait?for=1"));
    CHECK_FALSE(server.may_block("GET", "/_tailrace/look"));
    CHECK_FALSE(server.may_block("GET", "/_tailrace/nothing"));
    CHECK_FALSE(server.may_block("GET", "/_tailrace"));
    CHECK_FALSE(server.may_block("POST", "/"));
}

// Work on a large table runs outside the threads that serve connections; everything else stays there.
TEST_CASE("changes of tables may block when there is a large one") {
    FrontDoorFixture server;
    const auto may_block = [&](const std::string& operation) {
        return server.may_block("POST", "/", signed_headers(operation));
    };
    server.post(signed_headers("CreateTable"), R"({"TableName":"large","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
    CHECK_FALSE(may_block("UpdateTable"));
    CHECK_FALSE(may_block("DeleteTable"));
    const std::string text(390'000, 'x');
    for (const char* id : {"a", "b", "c"}) {
        server.post(signed_headers("PutItem"), R"({"TableName":"large","Item":{"id":{"S":")" +
                                                   std::string(id) + R"("},"text":{"S":")" + text +
                                                   R"("}}})");
    }
    CHECK(may_block("UpdateTable"));
    CHECK(may_block("DeleteTable"));
    CHECK_FALSE(may_block("DescribeTable"));
    CHECK_FALSE(may_block("PutItem"));
    CHECK_FALSE(server.may_block("POST", "/", {{"x-amz-source", "DynamoDB_20120810.UpdateTable"}}));
}
