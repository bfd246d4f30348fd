#include "server/wire/shown_text.hpp"

#include <boost/json.hpp>
#include <stdexcept>

#include "server/lambda/lambda_error.hpp"
#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

const std::string unknown = "\xEF\xBF\xBD";

/// True if a text has control characters (C1 included) or bytes that are not UTF-8.
bool is_unclean(const std::string& text) {
    return shown_line(text) != text;
}

}  // namespace

// ESC, CSI as one byte and as UTF-8, BEL, DEL and line ends.
TEST_CASE("a shown line has no control characters") {
    CHECK(shown_line("a\nb\r\tc\x1B[31m\x07\x7F") == "a b  c [31m  ");
    CHECK(shown_line(std::string("a\0b", 3)) == "a b");
    CHECK(shown_line("a\xC2\x80"
                     "b\xC2\x9B"
                     "c\xC2\x9F") == "a b c ");
    CHECK(shown_line("caf\xC3\xA9 \xC2\xA0 \xE2\x82\xAC \xF0\x9F\x8E\xB5") ==
          "caf\xC3\xA9 \xC2\xA0 \xE2\x82\xAC \xF0\x9F\x8E\xB5");
}

// Stray, cut and overlong sequences, surrogates, and code points beyond Unicode.
TEST_CASE("a shown line is UTF-8") {
    CHECK(shown_line("a\x9B"
                     "b\xFF") == "a" + unknown + "b" + unknown);
    CHECK(shown_line("a\xC3") == "a" + unknown);
    CHECK(shown_line("\xE2\x82") == unknown + unknown);
    CHECK(shown_line("\xC0\x8A") == unknown + unknown);
    CHECK(shown_line("\xE0\x80\x8A") == unknown + unknown + unknown);
    CHECK(shown_line("\xED\xA0\x80") == unknown + unknown + unknown);
    CHECK(shown_line("\xF4\x90\x80\x80") == unknown + unknown + unknown + unknown);
    CHECK(shown_line("\xF0\x80\x80\x8A") == unknown + unknown + unknown + unknown);
}

TEST_CASE("escaped JSON means the same") {
    const std::string text = "{\"a\":\"\x7F\xC2\x9B\xC3\xA9\\n\"}";
    CHECK(escaped_json(text) == "{\"a\":\"\\u007f\\u009b\xC3\xA9\\n\"}");
    CHECK(boost::json::parse(escaped_json(text)) == boost::json::parse(text));
    CHECK(escaped_json("{\"a\":\"\xFF\"}") == "{\"a\":\"" + unknown + "\"}");
    CHECK(escaped_json("<UnknownOperationException/>\n") == "<UnknownOperationException/>\n");
}

// In the forms they have in headers, in query strings and in JSON.
TEST_CASE("credentials are not shown") {
    CHECK(without_credentials("Authorization=AWS4-HMAC-SHA256 Credential=AKID/2026/eu/lambda/aws4_request, "
                              "SignedHeaders=host, Signature=01ab",
                              "") ==
          "Authorization=AWS4-HMAC-SHA256 Credential=***, SignedHeaders=host, Signature=***");
    CHECK(without_credentials(
              "GET /?X-Amz-Credential=AKID%2F2026&X-Amz-Security-Token=Fw%2B=&x-amz-signature=0a&b=1", "") ==
          "GET /?X-Amz-Credential=***&X-Amz-Security-Token=***&x-amz-signature=***&b=1");
    CHECK(without_credentials(R"({"headers":{"x-amz-security-token":"Fw+/=","a":"b"}})", "") ==
          R"({"headers":{"x-amz-security-token":"***","a":"b"}})");
    CHECK(without_credentials(R"("{\"X-Amz-Security-Token\": \"Fw\"}")", "") ==
          R"("{\"X-Amz-Security-Token\": \"***\"}")");
    CHECK(without_credentials("Authorization: Bearer abc.def", "") == "Authorization: Bearer ***");
    CHECK(without_credentials("AWS_SECRET_ACCESS_KEY=abc/d AWS_SESSION_TOKEN=x", "") ==
          "AWS_SECRET_ACCESS_KEY=*** AWS_SESSION_TOKEN=***");
    CHECK(
        without_credentials(
            R"({"SecretAccessKey":"abc/d","SessionToken":"Fw+/=","secretAccessKey": "e","sessionToken":"g"})",
            "") ==
        R"({"SecretAccessKey":"***","SessionToken":"***","secretAccessKey": "***","sessionToken":"***"})");
    CHECK(without_credentials("a s3cret and s3cret", "s3cret") == "a *** and ***");
    for (const char* plain : {"", "Signature", "Credential=", R"({"Signature":{"S":"Nils"}})", "bearer",
                              "music 200 15 bytes 80 us"}) {
        CHECK(without_credentials(plain, "") == plain);
    }
}

// A function may write lines of 64 KB, and a request's path may have 16 KB, so one pass must do.
TEST_CASE("a long text without credentials is read once") {
    const std::string text(4'000'000, 'x');
    const bool is_same = without_credentials(text, "") == text;
    CHECK(is_same);
}

// Every way in which a request's own text comes back in an error.
TEST_CASE("errors have neither control characters nor broken UTF-8") {
    FrontDoorFixture server;
    const std::string raw = "x\x7F\xC2\x9B\xFF\x1B";
    const std::string encoded = "x%7F%C2%9B%FF%1B%0A";
    const auto lambda_fails = [](const WebRequest& request) -> HttpResponse {
        throw LambdaError::resource_not_found("no " + request.path_values.front());
    };
    const auto admin_fails = [](const WebRequest& request) -> HttpResponse {
        throw std::runtime_error("no " + request.path_values.front());
    };
    server.lambda.add(
        {.method = "GET", .path = "/2015-03-31/functions/{FunctionName}", .function = lambda_fails});
    server.admin.add(
        {.method = "GET", .path = "/_tailrace/mappings/{id}", .purpose = "Fails.", .function = admin_fails});
    const auto check_clean = [](const HttpResponse& response) {
        INFO(response.body);
        CHECK(response.status >= 400);
        CHECK_FALSE(is_unclean(response.body));
        CHECK(boost::json::parse(response.body).is_object());
    };
    check_clean(server.ask("GET", "/_tailrace/" + raw, {}));
    check_clean(server.ask(raw, "/_tailrace/mappings/a", {}));
    check_clean(server.ask("GET", "/_tailrace/mappings/" + encoded, {}));
    check_clean(server.ask("GET", "/2015-03-31/functions/" + encoded, {}));
    check_clean(server.ask("GET", "/2015-03-31/" + raw, {}));
    check_clean(server.ask("GET", "/_tailrace", {{"Host", raw}}));
    check_clean(server.ask("GET", "/_tailrace", {{"Origin", raw}}));
    Headers headers = signed_headers("ListTables");
    headers.back().second = "AWS4-HMAC-SHA256 " + raw;
    check_clean(server.post(headers, "{}"));
    check_clean(server.post(signed_headers("DescribeTable"), "{\"TableName\":\"music\x7F\xC2\x9B\"}"));
    check_clean(server.post(signed_headers("DescribeTable"),
                            R"({"TableName":"arn:aws:dynamodb:us-east-1:1:table/\u009b\u001b\u007f"})"));
    check_clean(
        server.post(signed_headers("GetItem"),
                    R"({"TableName":"music","Key":{"a":{"S":"b"}},"ProjectionExpression":"\u009b\u001b"})"));
}

// A mapping's last error quotes what the function's server sent.
TEST_CASE("admin endpoints answer in UTF-8 whatever they quote") {
    FrontDoorFixture server;
    const auto last = [](const WebRequest&) { return json_response({{"LastError", "x\xFF\xC2\x9B"}}); };
    server.admin.add(
        {.method = "GET", .path = "/_tailrace/last", .purpose = "Reports an error.", .function = last});
    const HttpResponse response = server.ask("GET", "/_tailrace/last", {});
    CHECK(response.status == 200);
    CHECK(response.body == "{\"LastError\":\"x" + unknown + "\\u009b\"}");
}
