#include <algorithm>

#include "tests/operation/streams/stream_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

TEST_CASE("DescribeStream shows the stream, its table and its shards", "[describe_stream]") {
    StreamEngine engine;
    engine.done("CreateTable", R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"},
                                {"AttributeName":"song","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},{"AttributeName":"song","KeyType":"RANGE"}],
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"OLD_IMAGE"}})");
    const std::string arn =
        "arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/2026-01-31T12:00:00.000";
    auto description = engine.describe(arn);
    const std::string id(description.at("Shards").at(0).at("ShardId").as_string());
    CHECK(id.size() == 37);
    CHECK(id.substr(0, 29) == "shardId-00000001769860800000-");
    CHECK(id.find_first_not_of("0123456789abcdef", 29) == std::string::npos);
    auto expected = json(R"({"StreamLabel":"2026-01-31T12:00:00.000","StreamStatus":"ENABLED",
        "StreamViewType":"OLD_IMAGE","CreationRequestDateTime":1769860800,"TableName":"music",
        "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},{"AttributeName":"song","KeyType":"RANGE"}],
        "Shards":[{"SequenceNumberRange":{"StartingSequenceNumber":"100000000000000000000"}}]})");
    expected.as_object()["StreamArn"] = arn;
    expected.at("Shards").at(0).as_object()["ShardId"] = id;
    description.as_object()["CreationRequestDateTime"] =
        description.at("CreationRequestDateTime").to_number<std::int64_t>();
    CHECK(description == expected);
}

// Pages are in the order of the ids; a start that is not a shard still has a place in that order.
TEST_CASE("DescribeStream pages through shards", "[describe_stream]") {
    StreamEngine engine(5);
    const std::string arn = engine.create("notes");
    const auto all = engine.shard_ids(arn);
    CHECK(all.size() == 5);
    CHECK(std::is_sorted(all.begin(), all.end()));
    const auto page = engine.describe(arn, R"(,"Limit":2)");
    CHECK(page.at("LastEvaluatedShardId") == boost::json::value(all[1]));
    CHECK(engine.shard_ids(arn, R"(,"Limit":2)") == std::vector<std::string>(all.begin(), all.begin() + 2));
    const auto rest = engine.describe(arn, R"(,"Limit":3,"ExclusiveStartShardId":")" + all[1] + "\"");
    CHECK(rest.at("Shards").as_array().size() == 3);
    CHECK_FALSE(rest.as_object().contains("LastEvaluatedShardId"));
    CHECK(engine.shard_ids(arn, R"(,"ExclusiveStartShardId":")" + all[4] + "\"").empty());
    CHECK(engine.shard_ids(arn, R"(,"ExclusiveStartShardId":"zzzzzzzzzzzzzzzzzzzzzzzzzzzz")").empty());
}

// A split closes the parent. Its last sequence number is below the first of its children.
TEST_CASE("DescribeStream shows a split shard with its children", "[describe_stream]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    engine.put("notes", {numbered("a", 1), numbered("a", 2)});
    const table::ShardSplit split = engine.split(arn);
    const auto shards = engine.describe(arn).at("Shards");
    REQUIRE(shards.as_array().size() == 3);
    CHECK(shards.at(0).at("SequenceNumberRange") == json(R"({"StartingSequenceNumber":"100000000000000000000",
                   "EndingSequenceNumber":"100000000000000000002"})"));
    for (const std::size_t child : {1U, 2U}) {
        CHECK(shards.at(child).at("ParentShardId") == boost::json::value(split.parent.id));
        CHECK(shards.at(child).at("SequenceNumberRange") ==
              json(R"({"StartingSequenceNumber":"100000000000000000003"})"));
    }
    const auto children = [&](const std::string& parent, const std::string& more = {}) {
        return engine.shard_ids(
            arn, R"(,"ShardFilter":{"Type":"CHILD_SHARDS","ShardId":")" + parent + "\"}" + more);
    };
    CHECK(children(split.parent.id) == std::vector<std::string>{split.children[0].id, split.children[1].id});
    CHECK(children(split.parent.id, R"(,"Limit":1)") == std::vector<std::string>{split.children[0].id});
    CHECK(children(split.children[0].id).empty());
}

// A shard without records ends where it began.
TEST_CASE("A disabled stream has no open shard and a new one has an ARN of its own", "[describe_stream]") {
    StreamEngine engine(2);
    const std::string arn = engine.create("notes");
    engine.put("notes", {numbered("a", 1)});
    engine.disable("notes");
    const auto description = engine.describe(arn);
    CHECK(description.at("StreamStatus") == "DISABLED");
    std::vector<std::string> ends;
    for (const auto& shard : description.at("Shards").as_array()) {
        ends.emplace_back(shard.at("SequenceNumberRange").at("EndingSequenceNumber").as_string());
    }
    std::sort(ends.begin(), ends.end());
    CHECK(ends == std::vector<std::string>{"100000000000000000000", "100000000000000000001"});

    const auto enabled = engine.done("UpdateTable", R"({"TableName":"notes",
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    const std::string second(enabled.at("TableDescription").at("LatestStreamArn").as_string());
    CHECK(second != arn);
    CHECK(engine.describe(second).at("StreamStatus") == "ENABLED");
    CHECK(engine.shard_ids(second).size() == 2);
}

// A closed shard disappears a day after it was closed, but its children still name it.
TEST_CASE("A closed shard is shown for a day", "[describe_stream]") {
    StreamEngine engine;
    const std::string arn = engine.create("notes");
    const table::ShardSplit split = engine.split(arn);
    engine.clock.advance(std::chrono::hours(24) + std::chrono::seconds(1));
    const auto shards = engine.describe(arn).at("Shards");
    REQUIRE(shards.as_array().size() == 2);
    CHECK(shards.at(0).at("ParentShardId") == boost::json::value(split.parent.id));
}

TEST_CASE("DescribeStream refuses ARNs of no stream", "[describe_stream]") {
    StreamEngine engine;
    engine.create_plain_tables();
    for (const char* arn : {"fake-stream", "arn:aws:dynamodb:us-east-1:000000000000:table/music",
                            "arn:aws:dynamodb:us-east-1:000000000000:table/music/backup/1"}) {
        CHECK(engine.refusal("DescribeStream", std::string(R"({"StreamArn":")") + arn + "\"}") ==
              "ValidationException: Invalid StreamArn");
    }
    const std::string arn =
        "arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/2026-01-31T12:00:00.000";
    CHECK(engine.refusal("DescribeStream", R"({"StreamArn":")" + arn + "\"}") ==
          "ResourceNotFoundException: Requested resource not found: Stream: " + arn + " not found");
    CHECK(engine.refusal("DescribeStream", "{}") ==
          "ValidationException: 1 validation error detected: Value null at 'streamArn' failed to satisfy "
          "constraint: Member must not be null");
    CHECK(engine.refusal("DescribeStream",
                         R"({"StreamArn":")" + arn + R"(","ShardFilter":{"Type":"CHILD_SHARDS"}})") ==
          "ValidationException: One or more parameter values were invalid: ShardFilter must have a ShardId");
    CHECK(engine.refusal("DescribeStream", R"({"StreamArn":")" + arn + R"(","Limit":101})") ==
          "ValidationException: 1 validation error detected: Value '101' at 'limit' failed to satisfy "
          "constraint: Member must have value less than or equal to 100");
}
