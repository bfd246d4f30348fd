#include "conformance/runner/case/expectation.hpp"

#include "tests/catch.hpp"

namespace json = boost::json;
using namespace tailrace::conformance;

namespace {

using Lines = std::vector<std::string>;

Lines differences_of(const char* expect, const HttpAnswer& answer) {
    Scope scope("a/b/c", "run");
    scope.set("table:t", json::string("p-t"));
    return Expectation(json::parse(expect).as_object(), scope).differences_of(answer, 1000);
}

HttpAnswer error(const std::string& type) {
    return {400, {}, R"({"__type": ")" + type + R"(", "message": "No p-t."})"};
}

}  // namespace

TEST_CASE("without an expectation the status must be 200") {
    CHECK(differences_of("{}", {200, {}, "anything"}).empty());
    CHECK(differences_of("{}", {400, {}, ""}) == Lines{"status: expected 200, got 400"});
    CHECK(differences_of(R"({"status": 413})", {413, {}, ""}).empty());
    CHECK(differences_of(R"({"body": {"a": "${table:t}"}})", {200, {}, R"({"a": "p-t"})"}).empty());
    CHECK(differences_of(R"({"body": {}})", {200, {}, "<p>"}) == Lines{"the body is not JSON: <p>"});
}

// Clients distinguish errors by type. DynamoDB and the framework in front of it use different prefixes.
TEST_CASE("an error is the whole body, with its type's prefix") {
    const char* expect = R"({"error": {"type": "ValidationException", "message": "No ${table:t}."}})";
    CHECK(differences_of(expect, error("com.amazon.coral.validate#ValidationException")).empty());
    CHECK(differences_of(expect, error("ValidationException")) ==
          Lines{R"(__type: expected "com.amazon.coral.validate#ValidationException", )"
                R"(got "ValidationException")"});
    CHECK(differences_of(R"({"error": {"type": "x.y#Z", "message": "No p-t."}})", error("x.y#Z")).empty());
    CHECK(differences_of(R"({"error": {"type": "x.y#Z"}})", error("x.y#Z")) ==
          Lines{R"(message: expected nothing, got "No p-t.")"});
    CHECK(differences_of(R"({"status": 500, "error": {"type": {"$match": "any"}, "message": "No p-t."}})",
                         error("x")) == Lines{"status: expected 500, got 400"});
    CHECK(full_error_type("SerializationException") == "com.amazon.coral.service#SerializationException");
    CHECK(full_error_type("ResourceNotFoundException") ==
          "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
}

// Only an unexpected error is a reason to send the request again.
TEST_CASE("an expected error is not a reason to ask again") {
    const Scope scope("a/b/c", "run");
    const auto expected = [&](const char* expect) {
        return Expectation(json::parse(expect).as_object(), scope).error();
    };
    CHECK(expected(R"({"error": {"type": "a#ThrottlingException"}})") == "ThrottlingException");
    CHECK(expected(R"({"status": 500})") == "500");
    CHECK(expected("{}").empty());
}

TEST_CASE("a text is compared to the letter and headers by name") {
    const HttpAnswer answer{200, {{"X-A", "1"}, {"x-b", "2"}}, "{} "};
    CHECK(differences_of(R"({"text": "{} ", "headers": {"x-a": "1", "X-B": {"$match": "any"}, "X-C": null}})",
                         answer)
              .empty());
    CHECK(differences_of(R"({"text": "{}", "headers": {"X-A": "2", "X-B": null, "X-C": "3"}})", answer) ==
          Lines{R"(header X-A: expected "2", got "1")", R"(header X-B: expected nothing, got "2")",
                R"(header X-C: expected "3", got nothing)", R"(the text: expected "{}", got "{} ")"});
}

TEST_CASE("expectation and answer are shown as JSON") {
    const Scope scope("a/b/c", "run");
    const Expectation expectation(
        json::parse(R"({"status": 200, "headers": {"X": "1"}, "body": {"a": 1}})").as_object(), scope);
    CHECK(expectation.text() == R"(200 headers {"X":"1"} {"a": 1})");
    CHECK(answer_text({200, {}, R"({"a":1})"}) == R"(200 {"a": 1})");
    CHECK(answer_text({502, {}, "<p>"}) == "502 <p>");
}
