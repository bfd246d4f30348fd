#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

const std::string music = "arn:aws:dynamodb:us-east-1:000000000000:table/music";

std::string request_with(const std::string& arn, const std::string& members = {}) {
    return R"({"ResourceArn":")" + arn + "\"" + members + "}";
}

std::string tags(const std::string& list) {
    return R"(,"Tags":[)" + list + "]";
}

/// Tags "<letter>0" to "<letter><count - 1>".
std::string many_tags(const std::string& letter, int count) {
    std::string list;
    for (int i = 0; i < count; ++i) {
        list += (i > 0 ? "," : "") + (R"({"Key":")" + letter) + std::to_string(i) + R"(","Value":"v"})";
    }
    return tags(list);
}

}  // namespace

// A tag keeps the place of its key in the list. After a change AWS sends no body at all.
TEST_CASE("tags are added, replaced and listed", "[tag_resource]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.done("ListTagsOfResource", request_with(music)) == json(R"({"Tags":[]})"));
    const auto two = tags(R"({"Key":"owner","Value":"ann"},{"Key":"env","Value":"test"})");
    CHECK(engine.engine.execute("TagResource", json(request_with(music, two)).as_object()).empty());
    const auto other = tags(R"({"Key":"team","Value":""},{"Key":"owner","Value":"bob"})");
    CHECK(engine.refusal("TagResource", request_with(music, other)) == "accepted");
    CHECK(engine.done("ListTagsOfResource", request_with(music)) ==
          json(R"({"Tags":[{"Key":"owner","Value":"bob"},{"Key":"env","Value":"test"},
                           {"Key":"team","Value":""}]})"));
}

// Removing keys that do not exist is not a fault.
TEST_CASE("tags are removed by their keys", "[untag_resource]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.refusal("TagResource", request_with(music, many_tags("k", 3)));
    const std::string keys = R"(,"TagKeys":["k1","nothing"])";
    CHECK(engine.engine.execute("UntagResource", json(request_with(music, keys)).as_object()).empty());
    CHECK(engine.done("ListTagsOfResource", request_with(music)) ==
          json(R"({"Tags":[{"Key":"k0","Value":"v"},{"Key":"k2","Value":"v"}]})"));
}

// Members of a tag other than its key and value are ignored.
TEST_CASE("tags given to CreateTable are the table's", "[list_tags_of_resource]") {
    TestEngine engine;
    engine.done("CreateTable", R"({"TableName":"tagged","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
        "Tags":[{"Value":"test","Key":"env","Color":"red"}]})");
    CHECK(engine.done("ListTagsOfResource",
                      request_with("arn:aws:dynamodb:us-east-1:000000000000:table/tagged")) ==
          json(R"({"Tags":[{"Key":"env","Value":"test"}]})"));
}

// The limit applies to the table, not to the request; a tag that replaces another does not count.
TEST_CASE("a table has at most fifty tags", "[tag_resource]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("TagResource", request_with(music, many_tags("a", 30))) == "accepted");
    CHECK(engine.refusal("TagResource", request_with(music, many_tags("b", 21))) ==
          "ValidationException: Number of Tags exceed the current limit for the provided ResourceArn");
    CHECK(engine.refusal("TagResource", request_with(music, many_tags("b", 20))) == "accepted");
    CHECK(engine.refusal("TagResource", request_with(music, many_tags("a", 30))) == "accepted");
    CHECK(engine.done("ListTagsOfResource", request_with(music)).at("Tags").as_array().size() == 50);
}

TEST_CASE("a request must not repeat a key", "[tag_resource]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("TagResource", request_with(music, tags(R"({"Key":"a","Value":"1"},
                                                                    {"Key":"a","Value":"2"})"))) ==
          "ValidationException: Duplicate Tag Keys provided as input: Duplicate Tag Key found a");
    CHECK(engine.done("ListTagsOfResource", request_with(music)) == json(R"({"Tags":[]})"));
}

// AWS's wording as of October 2026. These operations accept a stream's ARN but never find it.
TEST_CASE("a missing resource is named by its ARN", "[tag_resource]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string stream = music + "/stream/2026-01-31T12:00:00.000";
    for (const std::string& arn : {music + "x", stream}) {
        const std::string missing =
            "ResourceNotFoundException: Requested resource not found: ResourceArn: " + arn + " not found";
        CHECK(engine.refusal("ListTagsOfResource", request_with(arn)) == missing);
        CHECK(engine.refusal("TagResource", request_with(arn, many_tags("k", 1))) == missing);
        CHECK(engine.refusal("UntagResource", request_with(arn, R"(,"TagKeys":["k"])")) == missing);
    }
}

TEST_CASE("resources of another account are out of reach", "[tag_resource]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string foreign = "arn:aws:dynamodb:us-east-1:123456789012:table/music";
    CHECK(engine.refusal("ListTagsOfResource", request_with(foreign)) ==
          "AccessDeniedException: Access is denied");
}

TEST_CASE("tags are kept with their table", "[tag_resource]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.refusal("TagResource", request_with(music, many_tags("k", 1)));
    engine.done("DeleteTable", R"({"TableName":"music"})");
    engine.done("DeleteTable", R"({"TableName":"counters"})");
    engine.create_plain_tables();
    CHECK(engine.done("ListTagsOfResource", request_with(music)) == json(R"({"Tags":[]})"));
}
