// Requests with wrong signatures at the front door: whole answers, and what is reported first.

#include "server/signature/signature_verifier.hpp"
#include "tests/catch.hpp"
#include "tests/server/signature_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

constexpr const char* signature_mismatch =
    R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"The request signature we )"
    R"(calculated does not match the signature you provided. Check your AWS Secret Access Key and signing )"
    R"(method. Consult the service documentation for details."})";

/// A front door that knows the key pair of UnsignedRequest. Its clock shows the date of UnsignedRequest.
FrontDoorOptions verifying() {
    return {.signatures = std::make_shared<const SignatureVerifier>(
                std::vector<KeyPair>{UnsignedRequest().pair}, "us-east-1")};
}

UnsignedRequest request_for(const std::string& target, const std::string& body = "{}") {
    return {.headers = {{"Host", "localhost:8000"},
                        {"Content-Type", "application/x-amz-json-1.0"},
                        {"X-Amz-Target", target}},
            .body = body};
}

HttpResponse send(FrontDoorFixture& server, const UnsignedRequest& request) {
    return server.ask(request.method, request.target, request.signed_headers("host;x-amz-date"),
                      request.body);
}

}  // namespace

TEST_CASE("a verified request is answered, any other in AWS's words") {
    FrontDoorFixture server(verifying());
    UnsignedRequest request = request_for("DynamoDB_20120810.ListTables");
    CHECK(send(server, request).body == R"({"TableNames":[]})");
    request.pair.secret_access_key = "wrong";
    const HttpResponse refused = send(server, request);
    CHECK(refused.status == 400);
    CHECK(refused.content_type == "application/x-amz-json-1.0");
    CHECK(refused.body == signature_mismatch);
    request = request_for("DynamoDBStreams_20120810.ListStreams");
    CHECK(send(server, request).body == R"({"Streams":[]})");
}

// The time of the engine's clock counts, unless the clock moves only on request.
TEST_CASE("the date of a signature is compared with a clock that runs") {
    UnsignedRequest request = request_for("DynamoDB_20120810.ListTables");
    request.date = "20260131T110000Z";
    FrontDoorFixture server(verifying());
    CHECK(send(server, request).body ==
          R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired: )"
          R"--(20260131T110000Z is now earlier than 20260131T114500Z (20260131T120000Z - 15 min.)"})--");
    FrontDoorOptions options = verifying();
    options.has_manual_clock = true;
    FrontDoorFixture with_manual_clock(std::move(options));
    CHECK(send(with_manual_clock, request).status == 200);
}

// AWS reads the body and the target first, and looks for a missing body last.
TEST_CASE("a signature is verified after the target and before the operation") {
    FrontDoorFixture server(verifying());
    const auto body_of = [&server](UnsignedRequest request) {
        request.pair.secret_access_key = "wrong";
        return send(server, request).body;
    };
    CHECK(body_of(request_for("DynamoDB_20120810.ListTables", "{")) ==
          R"({"__type":"com.amazon.coral.service#SerializationException"})");
    CHECK(body_of(request_for("DynamoDB_20120810.Nothing")) ==
          R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
    CHECK(body_of(request_for("DynamoDB_20120810.ListTables", "")) == signature_mismatch);
    CHECK(body_of(request_for("DynamoDB_20120810.DescribeTable", R"({"TableName":"missing"})")) ==
          signature_mismatch);
}

// Somebody with a key pair for one namespace does not learn what others have.
TEST_CASE("where signatures are verified, no hint names another namespace") {
    const UnsignedRequest request = request_for("DynamoDB_20120810.Scan", R"({"TableName":"music"})");
    FrontDoorOptions options;
    options.others_with_table = [](std::string_view, std::string_view) {
        return std::vector<std::string>{"blue"};
    };
    FrontDoorFixture open(options);
    CHECK(send(open, request).extra_headers.find("the namespace blue has it") != std::string::npos);
    options.signatures = verifying().signatures;
    FrontDoorFixture server(options);
    CHECK(send(server, request).extra_headers ==
          "x-tailrace-hint: the table music does not exist; there are no tables here yet\r\n");
}

// The shape of an error is that of the API.
TEST_CASE("Lambda's API refuses in its own form") {
    FrontDoorFixture server(verifying());
    UnsignedRequest request{.method = "GET",
                            .target = "/2015-03-31/functions/arn%3Aaws%3Alambda",
                            .headers = {{"Host", "localhost:8000"}},
                            .service = "lambda"};
    CHECK(send(server, request).status == 404);
    request.pair.access_key_id = "AKIDUNKNOWN";
    const HttpResponse refused = send(server, request);
    CHECK(refused.status == 403);
    CHECK(refused.content_type == "application/json");
    CHECK(refused.extra_headers == "x-amzn-ErrorType: UnrecognizedClientException\r\n");
    CHECK(refused.body == R"({"message":"The security token included in the request is invalid."})");
    const HttpResponse unsigned_one = server.ask("GET", request.target, {{"Host", "localhost:8000"}});
    CHECK(unsigned_one.status == 403);
    CHECK(unsigned_one.body == R"({"message":"Missing Authentication Token"})");
}

// A preflight has no signature, and Tailrace's own endpoints need none.
TEST_CASE("what is not AWS's needs no signature") {
    FrontDoorFixture server(verifying());
    CHECK(server.ask("GET", "/", {}).status == 200);
    CHECK(server.ask("OPTIONS", "/", {{"Origin", "http://localhost:3000"}}).status == 200);
    CHECK(server.ask("GET", "/_tailrace", {}).status == 200);
}
