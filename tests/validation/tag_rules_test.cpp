#include "engine/validation/tag_rules.hpp"

#include <string>

#include "engine/validation/shape_check.hpp"
#include "tests/catch.hpp"
#include "tests/validation/refusal.hpp"

namespace {

const std::string table_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/abc";

std::string tag(const std::string& arn, const std::string& tags) {
    return refusal(
        [](const tailrace::Request& request) {
            tailrace::validation::check_shape("TagResource", request.json());
            tailrace::validation::check_tag_resource(request);
        },
        R"({"ResourceArn":")" + arn + R"(","Tags":[)" + tags + "]}");
}

std::string untag(const std::string& keys) {
    return refusal(
        [](const tailrace::Request& request) {
            tailrace::validation::check_shape("UntagResource", request.json());
            tailrace::validation::check_untag_resource(request);
        },
        R"({"ResourceArn":")" + table_arn + R"(","TagKeys":[)" + keys + "]}");
}

std::string invalid_tags(const std::string& message) {
    return "ValidationException: " + message;
}

std::string pair(const std::string& key, const std::string& value) {
    return R"({"Key":")" + key + R"(","Value":")" + value + R"("})";
}

}  // namespace

TEST_CASE("tags of every script pass", "[tags]") {
    CHECK(tag(table_arn, pair("a+b-c=d.e_f:g/h@i", "caf\u00e9 \u8868")) == "accepted");
    CHECK(tag(table_arn, pair(std::string(128, 'k'), std::string(256, 'v'))) == "accepted");
}

TEST_CASE("keys and values keep their form", "[tags]") {
    CHECK(tag(table_arn, "{}") == invalid_tags("The Tag Key provided is invalid, Key: null"));
    CHECK(tag(table_arn, pair("", "v")) == invalid_tags("The Tag Key provided is invalid, Key: "));
    CHECK(tag(table_arn, pair("a#", "v")) == invalid_tags("The Tag Key provided is invalid, Key: a#"));
    const std::string overlong(129, 'k');
    CHECK(tag(table_arn, pair(overlong, "v")) ==
          invalid_tags("The Tag Key provided is invalid, Key: " + overlong));
    CHECK(tag(table_arn, R"({"Key":"a"})") == invalid_tags("The Tag Value provided is invalid, Value: null"));
    CHECK(tag(table_arn, pair("a", "\U0001F511")) ==
          invalid_tags("The Tag Value provided is invalid, Value: \U0001F511"));
    CHECK(tag(table_arn, pair("aws:a", "v")) ==
          invalid_tags("Tag Key cannot be prefixed with aws:, Key: aws:a"));
    CHECK(tag(table_arn, pair("a", "1") + "," + pair("a", "2")) ==
          invalid_tags("Duplicate Tag Keys provided as input: Duplicate Tag Key found a"));
}

TEST_CASE("a request has one to fifty tags", "[tags]") {
    CHECK(tag(table_arn, "") == invalid_tags("Atleast one Tag needs to be provided as Input."));
    CHECK(untag("") == invalid_tags("Atleast one Tag Key needs to be provided as Input."));
    CHECK(untag(R"("")") == invalid_tags("The Tag Key provided is invalid, Key: "));
    std::string tags = pair("k0", "v");
    for (int i = 1; i <= 50; ++i) tags += "," + pair("k" + std::to_string(i), "v");
    CHECK(tag(table_arn, tags) ==
          invalid_tags("Number of Tags exceed the current limit for the provided ResourceArn"));
}

TEST_CASE("the resource is a table", "[tags]") {
    const std::string tags = pair("a", "b");
    CHECK(tag("not-a-valid-arn", tags) ==
          invalid_tags("One or more parameter values were invalid: ARNs must start with 'arn:': "
                       "not-a-valid-arn"));
    CHECK(tag("arn:aws:sqs:us-east-1:000000000000:queue", tags) ==
          invalid_tags(
              "One or more parameter values were invalid: Provided Arn is not a DynamoDB resource arn: "
              "arn:aws:sqs:us-east-1:000000000000:queue"));
    CHECK(tag("arn:aws:dynamodb:us-east-1:000000000000:table/ab", tags) ==
          invalid_tags("Invalid TableArn: Invalid ResourceArn provided as input "
                       "arn:aws:dynamodb:us-east-1:000000000000:table/ab"));
    CHECK(tag(table_arn + "/index/x", tags) ==
          invalid_tags(
              "One or more parameter values were invalid: Invalid resource arn provided, only table or "
              "stream is accepted. Provided resource arn: " +
              table_arn + "/index/x"));
    CHECK(tag(table_arn + "/backup/01700000000000-0123abcd", tags) ==
          invalid_tags(
              "One or more parameter values were invalid: Provided Arn is not a DynamoDB resource arn: " +
              table_arn + "/backup/01700000000000-0123abcd"));
    CHECK(tag(table_arn + "/stream/2026-01-01T00:00:00.000", tags) == "accepted");
}
