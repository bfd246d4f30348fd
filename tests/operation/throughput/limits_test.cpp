#include <algorithm>
#include <cstdint>

#include "tests/operation/throughput/throttled_engine.hpp"

namespace tailrace::operation {

using std::chrono::seconds;

TEST_CASE("UpdateTable changes the units at once, and their bucket begins full", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{}});
    engine.put_stock("a", R"(,"text":{"S":")" + std::string(390'000, 'x') + R"("})");
    engine.put_stock("a", R"(,"text":{"S":")" + std::string(390'000, 'x') + R"("})");
    CHECK(engine.left("stock", true) == 600 - 2 * 381);
    CHECK(engine.put_stock("a") == provisioned("TableWriteProvisionedThroughputExceeded"));
    engine.done("UpdateTable", R"({"TableName":"stock",
        "ProvisionedThroughput":{"ReadCapacityUnits":4,"WriteCapacityUnits":1000}})");
    CHECK(engine.left("stock", true) == 300'000);
    engine.clock.advance(seconds(1));
    CHECK(engine.put_stock("a", R"(,"place":{"S":"here"})") == accepted);
    // The index has the units that it had.
    CHECK(engine.left("stock", true, "by_place") == 299);
}

TEST_CASE("A table that changes its billing mode begins with full buckets", "[throughput]") {
    ThrottledEngine engine;
    CHECK(engine.put_stock("a", R"(,"text":{"S":")" + std::string(80'000, 'x') + R"("})") == accepted);
    CHECK(engine.left("stock", true) == 2 - 79);
    engine.done("UpdateTable", R"({"TableName":"stock","BillingMode":"PAY_PER_REQUEST",
        "OnDemandThroughput":{"MaxReadRequestUnits":1,"MaxWriteRequestUnits":3}})");
    CHECK(engine.left("stock", true) == 3);
}

TEST_CASE("Limits that are too large to matter are accepted", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{}});
    engine.done("UpdateTable", R"({"TableName":"counters","OnDemandThroughput":{
        "MaxReadRequestUnits":9223372036854775807,"MaxWriteRequestUnits":9223372036854775807}})");
    CHECK(engine.put_counter(1) == accepted);
    CHECK(engine.put_counter(1) == accepted);
    CHECK(engine.left("counters", true) == 300e9 - 2);
    CHECK(engine.shown("counters").own.read->limit.units() == 300'000'000'000);

    engine.done("UpdateTable", R"({"TableName":"stock",
        "ProvisionedThroughput":{"ReadCapacityUnits":4,"WriteCapacityUnits":40000000000}})");
    for (int i = 0; i < 3; ++i) CHECK(engine.put_stock("a") == accepted);
    CHECK(engine.left("stock", true) == 300e9 - 3);

    engine.throttle({{.write_units = INT64_MAX,
                      .partition_read_units = INT64_MAX,
                      .partition_write_units = INT64_MAX,
                      .burst_seconds = INT64_MAX}});
    CHECK(engine.put_stock("a") == accepted);
    CHECK(engine.left("stock", true) == 3.6e12 - 1);
    CHECK(engine.shown("stock").partitions.front().read.limit.units() == 1'000'000'000);
}

TEST_CASE("A partition has a limit of its own, on demand and provisioned", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.write_units = 100, .partition_write_units = 2, .partitions = 1},
                     {.table_name = "counters", .partition_read_units = 1, .partitions = 1}});
    for (int i = 0; i < 2; ++i) CHECK(engine.put_stock("a") == accepted);
    CHECK(engine.put_stock("a") == provisioned("TableWriteKeyRangeThroughputExceeded"));
    const std::string get = R"({"TableName":"counters","ConsistentRead":true,"Key":{"id":{"N":"1"}}})";
    CHECK(engine.answer("GetItem", get) == accepted);
    CHECK(engine.answer("GetItem", get) ==
          on_demand("TableReadKeyRangeThroughputExceeded", "table/counters"));
    // A partition keeps the units of one second only.
    engine.clock.advance(seconds(10));
    CHECK(engine.shown("stock").partitions.front().write.available == 2);
    for (int i = 0; i < 2; ++i) CHECK(engine.put_stock("a") == accepted);
    CHECK(engine.put_stock("a") == provisioned("TableWriteKeyRangeThroughputExceeded"));
}

TEST_CASE("A hot key leaves other partitions alone", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.partition_write_units = 1, .partitions = 1000}});
    CHECK(engine.put_counter(1) == accepted);
    CHECK(engine.put_counter(1) == on_demand("TableWriteKeyRangeThroughputExceeded", "table/counters"));
    CHECK(engine.put_counter(2) == accepted);
    const auto partitions = engine.shown("counters").partitions;
    CHECK(partitions.size() == 1000);
    CHECK(std::ranges::count_if(partitions, [](const auto& each) { return each.write.available == 0; }) == 2);
}

TEST_CASE("A table has as many partitions as its warm throughput needs", "[throughput]") {
    ThrottledEngine engine;
    CHECK(engine.shown("stock").partitions.size() == 1);
    CHECK(engine.shown("counters").partitions.size() == 4);
    CHECK(engine.shown("counters").partitions.front().read.limit.units() == 3000);
    CHECK(engine.shown("counters").partitions.front().write.limit.units() == 1000);
    CHECK_FALSE(engine.shown("counters").own.write);
    const auto partitions_for = [&](const std::string& name, const std::string& units) {
        engine.done("CreateTable", R"({"TableName":")" + name + R"(",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":)" +
                                       units + "}}");
        return engine.shown(name).partitions.size();
    };
    CHECK(partitions_for("many", "999001") == 1000);
    CHECK(partitions_for("more", "1000000000") == 1000);
    CHECK(partitions_for("most", "40000000000") == 1000);
}

TEST_CASE("Partitions are full when their number changes", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.table_name = "stock", .partition_write_units = 1}});
    CHECK(engine.put_stock("a") == accepted);
    CHECK(engine.put_stock("a") == provisioned("TableWriteKeyRangeThroughputExceeded"));
    engine.done("UpdateTable", R"({"TableName":"stock",
        "ProvisionedThroughput":{"ReadCapacityUnits":4,"WriteCapacityUnits":2000}})");
    CHECK(engine.shown("stock").partitions.size() == 2);
    CHECK(engine.put_stock("a") == accepted);
}

TEST_CASE("A table on demand keeps to the maximum that it is given", "[throughput]") {
    ThrottledEngine engine;
    engine.done("UpdateTable", R"({"TableName":"counters",
        "OnDemandThroughput":{"MaxReadRequestUnits":1,"MaxWriteRequestUnits":2}})");
    const std::string text = "Throughput exceeds the maximum OnDemandThroughput configured on table or index";
    for (int i = 0; i < 2; ++i) CHECK(engine.put_counter(1) == accepted);
    CHECK(engine.put_counter(1) ==
          on_demand("TableWriteMaxOnDemandThroughputExceeded", "table/counters", text));
    for (int i = 0; i < 2; ++i) engine.item("music", R"({"artist":{"S":"Nils"},"song":{"S":"Over"}})");
    const std::string scan = R"({"TableName":"counters","ConsistentRead":true})";
    CHECK(engine.answer("Scan", scan).at("Count") == 1);
    CHECK(engine.answer("Scan", scan) ==
          on_demand("TableReadMaxOnDemandThroughputExceeded", "table/counters", text));
}

TEST_CASE("A table of the same name begins with full buckets", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.write_units = 1, .burst_seconds = 1}});
    engine.put_counter(1);
    CHECK(engine.left("counters", true) == 0);
    engine.done("DeleteTable", R"({"TableName":"counters"})");
    engine.done("CreateTable", R"({"TableName":"counters","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
    CHECK(engine.left("counters", true) == 1);
}

TEST_CASE("The buckets of tables and indexes that are gone are freed", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.write_units = 0}});
    engine.put_stock("a");
    const auto events = engine.shown("stock").events;
    for (int i = 0; i < 300; ++i) {
        engine.done("CreateTable", R"({"TableName":"short","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "GlobalSecondaryIndexes":[{"IndexName":"by_id","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}]})");
        CHECK(engine.refusal("PutItem", R"({"TableName":"short","Item":{"id":{"S":"a"}}})")
                  .starts_with("ThrottlingException"));
        CHECK(engine.shown("short", "by_id").partitions.size() == 4);
        engine.done("UpdateTable", R"({"TableName":"short",
            "GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_id"}}]})");
        engine.done("DeleteTable", R"({"TableName":"short"})");
        REQUIRE(engine.engine.throughput().spaces() <= 258);
    }
    // The buckets of existing tables are kept, even if they are empty.
    CHECK(engine.shown("stock").events == events);
    CHECK(engine.left("stock", true) == 0);
}

}  // namespace tailrace::operation
