#include "engine/operation/bulk/put_items.hpp"

#include <algorithm>

#include "engine/model/attribute_json.hpp"
#include "engine/operation/bulk/read_items.hpp"
#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

struct BulkTables : TestEngine {
    BulkTables() {
        done("CreateTable", R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                                    {"AttributeName":"year","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},
            "GlobalSecondaryIndexes":[{"IndexName":"by_year","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"year","KeyType":"HASH"}]}]})");
    }
    PutItems put(const std::vector<std::string>& items) {
        std::vector<AttributeMap> maps(items.size());
        std::ranges::transform(items, maps.begin(), parse_stored_item);
        return put_items(engine, "music", std::move(maps));
    }
    std::string read_fault(std::string_view item) {
        try {
            read_item(boost::json::parse(item));
            return "";
        } catch (const ApiError& error) {
            return error.message();
        }
    }
    /// Returns PutItem's message for the same item.
    std::string put_fault(std::string_view item) {
        try {
            engine.execute("PutItem",
                           json(R"({"TableName":"music","Item":)" + std::string(item) + "}").as_object());
            return "";
        } catch (const ApiError& error) {
            return error.message();
        }
    }
};

}  // namespace

TEST_CASE("a bulk put writes what PutItem writes", "[bulk]") {
    BulkTables tables;
    const PutItems done = tables.put({R"({"id":{"S":"1"},"year":{"N":"1975"}})", R"({"id":{"S":"2"}})",
                                      R"({"id":{"S":"1"},"year":{"N":"1980"}})"});
    CHECK(done.count == 3);
    CHECK(done.refused.empty());
    CHECK(tables
              .done("Query", R"({"TableName":"music","IndexName":"by_year",
        "KeyConditionExpression":"#y = :y","ExpressionAttributeNames":{"#y":"year"},
        "ExpressionAttributeValues":{":y":{"N":"1980"}}})")
              .at("Count") == 1);
    CHECK(tables.item("music", R"({"id":{"S":"1"}})") == json(R"({"id":{"S":"1"},"year":{"N":"1980"}})"));
    const auto stream =
        tables.done("DescribeTable", R"({"TableName":"music"})").at("Table").at("LatestStreamArn");
    const std::string arn(stream.as_string());
    const auto shard = tables.done("DescribeStream", R"({"StreamArn":")" + arn + "\"}")
                           .at("StreamDescription")
                           .at("Shards")
                           .at(0)
                           .at("ShardId");
    const auto iterator = tables.done("GetShardIterator", R"({"StreamArn":")" + arn + R"(","ShardId":")" +
                                                              std::string(shard.as_string()) +
                                                              R"(","ShardIteratorType":"TRIM_HORIZON"})");
    const auto records =
        tables
            .done("GetRecords",
                  R"({"ShardIterator":")" + std::string(iterator.at("ShardIterator").as_string()) + "\"}")
            .at("Records");
    REQUIRE(records.as_array().size() == 3);
    CHECK(records.at(0).at("eventName") == "INSERT");
    CHECK(records.at(2).at("eventName") == "MODIFY");
}

TEST_CASE("a refused item has PutItem's message and no effect on the others", "[bulk]") {
    BulkTables tables;
    const std::string large = R"({"id":{"S":"3"},"text":{"S":")" + std::string(410'000, 'x') + "\"}}";
    const std::vector<std::string> items{R"({"id":{"S":"1"},"year":{"S":"1975"}})", R"({"id":{"S":"2"}})",
                                         large, R"({"year":{"N":"1"}})", R"({"id":{"S":""}})"};
    const PutItems done = tables.put(items);
    CHECK(done.count == 1);
    REQUIRE(done.refused.size() == 4);
    for (const RefusedItem& each : done.refused) CHECK(each.reason == tables.put_fault(items[each.place]));
    CHECK(done.refused[1].place == 2);
    CHECK(done.refused[1].reason == "Item size has exceeded the maximum allowed size");
    CHECK(tables.done("Scan", R"({"TableName":"music"})").at("Count") == 1);
    CHECK_THROWS_WITH(put_items(tables.engine, "none", {}),
                      "Requested resource not found: Table: none not found");
}

TEST_CASE("an item in DynamoDB JSON is checked as in PutItem", "[bulk]") {
    BulkTables tables;
    for (const std::string item : {R"({"id":{"S":1}})", R"({"id":{"N":"x"}})", R"({"id":{}})",
                                   R"({"id":{"S":"1","N":"1"}})", R"({"":{"S":"1"}})", R"({"id":{"SS":[]}})",
                                   R"({"id":{"NULL":false}})", R"({"id":{"B":"="}})", R"({"id":"1"})"}) {
        CAPTURE(item);
        CHECK_FALSE(tables.read_fault(item).empty());
        CHECK(tables.read_fault(item) == tables.put_fault(item));
    }
    CHECK(to_json(read_item(boost::json::parse(R"({"n":{"N":"1.0"},"b":{"B":"AQI="}})"))) ==
          R"({"b":{"B":"AQI="},"n":{"N":"1"}})");
}

TEST_CASE("the pages of a table have all its items", "[bulk]") {
    BulkTables tables;
    std::vector<std::string> items(30);
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i] =
            R"({"id":{"S":")" + std::to_string(i) + R"("},"t":{"S":")" + std::string(100'000, 'x') + "\"}}";
    CHECK(has_items(tables.engine, "music") == false);
    CHECK(tables.put(items).count == 30);
    CHECK(has_items(tables.engine, "music"));
    std::size_t count = 0;
    std::size_t pages = 0;
    std::optional<AttributeMap> after;
    do {
        const ItemPage page = read_items(tables.engine, "music", after);
        count += page.count;
        after = page.last_key;
        ++pages;
    } while (after);
    CHECK(count == 30);
    CHECK(pages == 3);
    CHECK_THROWS_WITH(read_items(tables.engine, "music", parse_stored_item(R"({"x":{"S":"1"}})")),
                      "The provided key element does not match the schema");
}
