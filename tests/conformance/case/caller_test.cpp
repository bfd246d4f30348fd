#include "conformance/runner/case/caller.hpp"

#include "tests/catch.hpp"

namespace json = boost::json;
using namespace tailrace::conformance;

namespace {

Draft raw(const char* text) {
    return draft_raw(json::parse(text).as_object());
}

std::string curl(const Draft& draft, const std::string& url = "http://127.0.0.1:8000/", bool is_aws = false) {
    Interruption interruption;
    Endpoint endpoint;
    endpoint.url = parse_url(url);
    endpoint.streams_url = parse_url("http://streams.localhost:8001/");
    endpoint.is_aws = is_aws;
    return Caller(endpoint, interruption).curl_line(draft);
}

constexpr const char* plain_type = "Content-Type: application/x-amz-json-1.0";

}  // namespace

TEST_CASE("a call is sent as an SDK sends it") {
    const Draft draft = draft_call("GetItem", json::object{{"TableName", "t"}});
    CHECK(draft.request.bytes() ==
          "POST / HTTP/1.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
          "X-Amz-Target: DynamoDB_20120810.GetItem\r\n\r\n{\"TableName\":\"t\"}");
    CHECK(draft.sign);
    CHECK_FALSE(draft.to_streams);
    const Draft records = draft_call("GetRecords", json::object());
    CHECK(*find_header(records.request.headers, "x-amz-target") == "DynamoDBStreams_20120810.GetRecords");
    CHECK(records.to_streams);
}

// Each part of a raw step, as conformance/README.md describes it.
TEST_CASE("a raw step gives every part of a request") {
    const Draft draft = raw(R"({"method": "PUT", "path": "/x?y", "target": "DynamoDBStreams_20120810.Z",
        "headers": {"content-type": "text/plain", "Host": null, "X-Twice": ["a", "b"]}, "json": {"a": 1},
        "sign": false, "chunked": [2, 3]})");
    CHECK(draft.request.bytes() ==
          "PUT /x?y HTTP/1.1\r\nX-Amz-Target: DynamoDBStreams_20120810.Z\r\ncontent-type: text/plain\r\n"
          "X-Twice: a\r\nX-Twice: b\r\n\r\n2\r\n{\"\r\n3\r\na\":\r\n2\r\n1}\r\n0\r\n\r\n");
    CHECK(draft.left_out == std::vector<std::string>{"Host"});
    CHECK_FALSE(draft.sign);
    CHECK(draft.to_streams);
    const Draft nothing = raw("{}");
    CHECK(nothing.request.bytes() == "POST / HTTP/1.1\r\nContent-Type: application/x-amz-json-1.0\r\n\r\n");
    CHECK(nothing.sign);
}

TEST_CASE("a raw body is text, bytes or compressed") {
    CHECK(raw(R"({"text": "{no json"})").request.body == "{no json");
    CHECK(raw(R"({"base64": "AP8Q"})").request.body == std::string("\0\xff\x10", 3));
    const HttpRequest compressed = raw(R"({"text": "aaaaaaaa", "gzip": true})").request;
    CHECK(*find_header(compressed.headers, "Content-Encoding") == "gzip");
    CHECK(compressed.body.starts_with("\x1f\x8b\x08"));
    CHECK_THROWS_WITH(raw(R"({"text": 1})"), "raw: 'text' is not a string");
    CHECK_THROWS_WITH(raw(R"({"sign": "no"})"), "raw: 'sign' is not a boolean");
}

// A command pasted into a shell must send what the runner sent, whatever characters it contains.
TEST_CASE("a curl line repeats the request") {
    CHECK(curl(draft_call("GetItem", json::object{{"it's", "@"}})) ==
          std::string("curl -s -i -X POST -H '") + plain_type +
              "' -H 'X-Amz-Target: DynamoDB_20120810.GetItem' --aws-sigv4 'aws:amz:us-east-1:dynamodb' "
              "--user conformance:conformance --data-raw '{\"it'\\''s\":\"@\"}' "
              "--path-as-is 'http://127.0.0.1:8000/'");
    CHECK(
        curl(raw(R"({"sign": false, "headers": {"Content-Type": null}, "path": "/a/../b", "text": "@x"})")) ==
        "curl -s -i -X POST -H 'Content-Type:' --data-raw '@x' --path-as-is 'http://127.0.0.1:8000/a/../b'");
    CHECK(curl(raw(R"({"sign": false, "base64": "AP8Q", "chunked": [1]})"), "https://h:1/below/") ==
          std::string("printf %s 'AP8Q' | base64 -d | curl -s -i -X POST -H '") + plain_type +
              "' -H 'Transfer-Encoding: chunked' --path-as-is 'https://h:1/below/' --data-binary @-");
}

// An account's credentials never appear in a line that people show each other.
TEST_CASE("a curl line for AWS takes the credentials from the environment") {
    CHECK(curl(draft_call("ListStreams", json::object()), "https://dynamodb.eu-west-1.amazonaws.com/",
               true) == std::string("curl -s -i -X POST -H '") + plain_type +
                            "' -H 'X-Amz-Target: DynamoDBStreams_20120810.ListStreams' "
                            "--aws-sigv4 'aws:amz:us-east-1:dynamodb' "
                            "--user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" "
                            "-H \"X-Amz-Security-Token: $AWS_SESSION_TOKEN\" --data-raw '{}' "
                            "--path-as-is 'http://streams.localhost:8001/'");
}

TEST_CASE("an error's name has no prefix") {
    CHECK(error_name({400, {}, R"({"__type": "com.amazon.coral.validate#ValidationException"})"}) ==
          "ValidationException");
    CHECK(error_name({400, {}, R"({"__type": "X"})"}) == "X");
    CHECK(error_name({200, {}, R"({"__type": "X"})"}).empty());
    CHECK(error_name({500, {}, "<html>"}).empty());
}

TEST_CASE("a URL is parsed into its parts") {
    CHECK(parse_url("http://localhost").text() == "http://localhost/");
    CHECK(parse_url("https://h:443/p/q").text() == "https://h/p/q");
    CHECK(parse_url("http://[::1]:8000").text() == "http://[::1]:8000/");
    CHECK(parse_url("http://[::1]").host == "::1");
    for (const char* text : {"localhost:8000", "ftp://h", "http://", "http://h:x", "http://h:"}) {
        CHECK_THROWS_WITH(parse_url(text), "'" + std::string(text) + "' is not an http:// or https:// URL");
    }
}
