#include <cstdint>
#include <string>
#include <string_view>

#include "engine/storage/postgres_store.hpp"
#include "tests/operation/engine_fixture.hpp"
#include "tests/storage/postgres_url.hpp"

// Hidden, because it needs a PostgreSQL: postgres_store_test.py starts one.

using namespace tailrace;
using tailrace::operation::TestEngine;

namespace {

/// Counts how often an engine waits for PostgreSQL.
class RoundTrips {
  public:
    RoundTrips() : engine_(storage::open_store({.location = tests::fresh_postgres_url()})) {
        engine_.create_plain_tables();
        engine_.done("CreateTable", R"({"TableName":"events","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    }

    /// What one more request takes after a first one, which connects and prepares.
    std::uint64_t of(std::string_view operation, const std::string& request) {
        engine_.answer(operation, request);
        const std::uint64_t before = storage::postgres_round_trips();
        engine_.answer(operation, request);
        return storage::postgres_round_trips() - before;
    }

    boost::json::value answer(std::string_view operation, const std::string& request) {
        return engine_.answer(operation, request);
    }
    std::string stream_of(std::string_view table) {
        const boost::json::value described =
            answer("DescribeTable", R"({"TableName":")" + std::string(table) + R"("})");
        return std::string(described.at_pointer("/Table/LatestStreamArn").as_string());
    }

  private:
    TestEngine engine_;
};

std::string to(std::string_view table, std::string_view rest) {
    return R"({"TableName":")" + std::string(table) + R"(",)" + std::string(rest) + "}";
}

}  // namespace

TEST_CASE("a read takes one round trip, and a write one or two", "[.postgresql]") {
    constexpr std::string_view key = R"("Key":{"id":{"N":"1"}})";
    constexpr std::string_view item = R"("Item":{"id":{"N":"1"},"n":{"N":"1"}})";
    constexpr std::string_view new_item = R"("Item":{"id":{"N":"2"}},)"
                                          R"~("ConditionExpression":"attribute_not_exists(id)")~";
    constexpr std::string_view update = R"("Key":{"id":{"N":"1"}},)"
                                        R"("UpdateExpression":"ADD n :one",)"
                                        R"~("ConditionExpression":"attribute_exists(id)",)~"
                                        R"("ExpressionAttributeValues":{":one":{"N":"1"}})";
    RoundTrips round_trips;
    CHECK(round_trips.of("PutItem", to("counters", item)) == 1);
    CHECK(round_trips.of("GetItem", to("counters", key)) == 1);
    CHECK(round_trips.of("GetItem", to("counters", R"("Key":{"id":{"N":"9"}})")) == 1);
    CHECK(round_trips.of("Scan", R"({"TableName":"counters"})") == 1);
    CHECK(round_trips.of("UpdateItem", to("counters", update)) == 2);
    CHECK(round_trips.of("DeleteItem", to("counters", key)) == 1);
    // The condition does not hold.
    CHECK(round_trips.of("PutItem", to("counters", new_item)) == 1);
    CHECK(round_trips.of("PutItem", to("events", item)) == 1);
    CHECK(round_trips.of("UpdateItem", to("events", update)) == 2);
    const std::string transaction = R"({"TransactItems":[{"Put":)" + to("counters", item) +
                                    R"(},{"Update":)" + to("events", update) + "}]}";
    CHECK(round_trips.of("TransactWriteItems", transaction) == 2);
}

TEST_CASE("reads of definitions and of streams take few round trips", "[.postgresql]") {
    RoundTrips round_trips;
    CHECK(round_trips.of("ListTables", "{}") == 1);
    CHECK(round_trips.of("DescribeTable", R"({"TableName":"events"})") == 2);
    round_trips.answer("PutItem", to("events", R"("Item":{"id":{"N":"1"}})"));
    const std::string stream = round_trips.stream_of("events");
    const std::string arn = R"("StreamArn":")" + stream + R"(")";
    const std::string shard(round_trips.answer("DescribeStream", "{" + arn + "}")
                                .at_pointer("/StreamDescription/Shards/0/ShardId")
                                .as_string());
    const std::string start =
        "{" + arn + R"(,"ShardId":")" + shard + R"(","ShardIteratorType":"TRIM_HORIZON"})";
    // One of them looks for changes that are to be trimmed.
    CHECK(round_trips.of("DescribeStream", "{" + arn + "}") == 2);
    CHECK(round_trips.of("GetShardIterator", start) == 2);
    const std::string iterator(round_trips.answer("GetShardIterator", start).at("ShardIterator").as_string());
    CHECK(round_trips.of("GetRecords", R"({"ShardIterator":")" + iterator + R"("})") == 3);
}
