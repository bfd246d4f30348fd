#include "engine/operation/throughput/throughput.hpp"

#include <map>
#include <utility>

#include "engine/table/items/time_to_live.hpp"
#include "tests/operation/throughput/throttled_engine.hpp"

namespace tailrace::operation {
namespace {

using std::chrono::seconds;

/// A BatchWriteItem of the items a to c of stock.
const std::string batch_of_three = R"({"RequestItems":{"stock":[{"PutRequest":{"Item":{"id":{"S":"a"}}}},
    {"PutRequest":{"Item":{"id":{"S":"b"}}}},{"PutRequest":{"Item":{"id":{"S":"c"}}}}]}})";

}  // namespace

TEST_CASE("Nothing is throttled until it is asked for", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({});
    CHECK_FALSE(engine.engine.throughput().is_armed());
    for (int i = 0; i < 10; ++i) CHECK(engine.put_stock("a") == accepted);
    CHECK(engine.shown("stock").partitions.empty());
}

TEST_CASE("A provisioned table serves its units, and more as units come back", "[throughput]") {
    ThrottledEngine engine;
    for (int i = 0; i < 2; ++i) CHECK(engine.put_stock("a") == accepted);
    CHECK(engine.put_stock("a") == provisioned("TableWriteProvisionedThroughputExceeded"));
    for (int i = 0; i < 8; ++i) CHECK(engine.get_stock("a", false).as_object().contains("Item"));
    CHECK(engine.get_stock("a", false) == provisioned("TableReadProvisionedThroughputExceeded"));

    engine.clock.advance(std::chrono::milliseconds(500));
    CHECK(engine.put_stock("a") == accepted);
    CHECK(engine.put_stock("a") == provisioned("TableWriteProvisionedThroughputExceeded"));
    CHECK(engine.get_stock("a").as_object().contains("Item"));
}

TEST_CASE("Units that are not used are kept for five minutes", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{}});
    CHECK(engine.left("stock", true) == 600);
    CHECK(engine.left("stock", false) == 1200);
    CHECK(engine.left("stock", true, "by_place") == 300);
    engine.put_stock("a", R"(,"place":{"S":"here"})");
    CHECK(engine.left("stock", true) == 599);
    CHECK(engine.left("stock", true, "by_place") == 299);
    engine.clock.advance(seconds(1));
    CHECK(engine.left("stock", true) == 600);
}

TEST_CASE("A request may take more than is left", "[throughput]") {
    ThrottledEngine engine;
    CHECK(engine.put_stock("a", R"(,"text":{"S":")" + std::string(5000, 'x') + R"("})") == accepted);
    CHECK(engine.left("stock", true) == -3);
    engine.clock.advance(seconds(1));
    CHECK(engine.put_stock("a") == provisioned("TableWriteProvisionedThroughputExceeded"));
    engine.clock.advance(seconds(1));
    CHECK(engine.put_stock("a") == accepted);
}

TEST_CASE("A request takes the capacity that it reports, or would report if asked", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle(
        {{.table_name = "stock", .read_units = 10'000, .write_units = 10'000},
         {.table_name = "stock", .index_name = "by_place", .read_units = 10'000, .write_units = 10'000},
         {.table_name = "counters", .read_units = 10'000, .write_units = 10'000}});
    const std::string text(3000, 'x');
    const std::string transaction = R"j("ClientRequestToken":"t","TransactItems":[
        {"Put":{"TableName":"stock","Item":{"id":{"S":"c"},"place":{"S":"p"}}}},
        {"ConditionCheck":{"TableName":"counters","Key":{"id":{"N":"1"}},
            "ConditionExpression":"attribute_exists(id)"}}])j";
    const std::pair<const char*, std::string> requests[] = {
        {"PutItem", R"("TableName":"stock",
            "Item":{"id":{"S":"a"},"place":{"S":"p"},"t":{"S":")" +
                        text + "\"}}"},
        {"UpdateItem", R"("TableName":"stock","Key":{"id":{"S":"a"}},"UpdateExpression":"SET place = :p",
            "ExpressionAttributeValues":{":p":{"S":"q"}})"},
        {"PutItem", R"("TableName":"stock","Item":{"id":{"S":"b"},"place":{"S":"q"}})"},
        {"GetItem", R"("TableName":"stock","Key":{"id":{"S":"a"}})"},
        {"Query", R"("TableName":"stock","ConsistentRead":true,"KeyConditionExpression":"id = :i",
            "ExpressionAttributeValues":{":i":{"S":"a"}})"},
        {"Query", R"("TableName":"stock","IndexName":"by_place","KeyConditionExpression":"place = :p",
            "ExpressionAttributeValues":{":p":{"S":"q"}})"},
        {"Scan", R"("TableName":"stock")"},
        {"BatchGetItem", R"("RequestItems":{"stock":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"x"}}]},
            "counters":{"ConsistentRead":true,"Keys":[{"id":{"N":"1"}}]}})"},
        {"BatchWriteItem", R"("RequestItems":{"counters":[{"PutRequest":{"Item":{"id":{"N":"1"}}}}],
            "stock":[{"DeleteRequest":{"Key":{"id":{"S":"b"}}}}]})"},
        {"TransactWriteItems", transaction},
        // The same token again only reads.
        {"TransactWriteItems", transaction},
        {"TransactGetItems", R"("TransactItems":[{"Get":{"TableName":"stock","Key":{"id":{"S":"a"}}}}])"},
        {"DeleteItem", R"("TableName":"stock","Key":{"id":{"S":"a"}})"},
    };
    const std::pair<std::string, std::string> resources[] = {
        {"stock", ""}, {"stock", "by_place"}, {"counters", ""}};
    const auto all_left = [&] {
        std::map<std::string, double> left;
        for (const auto& [table, index] : resources) {
            left[table + index] = engine.left(table, false, index) + engine.left(table, true, index);
        }
        return left;
    };
    const auto units = [](const boost::json::value& capacity) {
        return capacity.at("CapacityUnits").to_number<double>();
    };
    for (const auto& [operation, members] : requests) {
        INFO(operation << " " << members);
        for (const char* wanted : {"INDEXES", "NONE"}) {
            auto before = all_left();
            const auto answer =
                engine.done(operation, "{" + members + R"(,"ReturnConsumedCapacity":")" + wanted + R"("})");
            if (std::string_view(wanted) == "NONE") {
                CHECK(before != all_left());
                continue;
            }
            boost::json::value consumed = answer.at("ConsumedCapacity");
            if (consumed.is_object()) consumed = boost::json::array{consumed};
            for (const auto& each : consumed.as_array()) {
                const std::string table(each.at("TableName").as_string());
                before[table] -= units(each.at("Table"));
                if (const auto* indexes = each.as_object().if_contains("GlobalSecondaryIndexes")) {
                    for (const auto& index : indexes->as_object()) {
                        before[table + std::string(index.key())] -= units(index.value());
                    }
                }
            }
            CHECK(before == all_left());
        }
    }
}

TEST_CASE("A write whose condition fails costs units, too", "[throughput]") {
    ThrottledEngine engine;
    const auto put = [&](std::size_t size) {
        return engine.refusal("PutItem", R"j({"TableName":"stock",
            "ConditionExpression":"attribute_not_exists(id)","Item":{"id":{"S":"a"},"t":{"S":")j" +
                                             std::string(size, 'x') + "\"}}}");
    };
    engine.throttle({{.write_units = 100, .burst_seconds = 1}});
    CHECK(put(1500) == "accepted");
    CHECK(engine.left("stock", true) == 98);
    CHECK(put(2500) == "ConditionalCheckFailedException: The conditional request failed");
    CHECK(engine.left("stock", true) == 95);
    CHECK(engine.refusal("DeleteItem", R"j({"TableName":"stock","Key":{"id":{"S":"a"}},
        "ConditionExpression":"attribute_exists(place)"})j") ==
          "ConditionalCheckFailedException: The conditional request failed");
    CHECK(engine.left("stock", true) == 93);
}

TEST_CASE("An index without write units holds up the writes of its table", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.table_name = "stock", .write_units = 100, .burst_seconds = 1}});
    CHECK(engine.put_stock("a", R"(,"place":{"S":"here"})") == accepted);
    CHECK(engine.put_stock("b") ==
          provisioned("IndexWriteProvisionedThroughputExceeded", "table/stock/index/by_place"));
    CHECK(engine.get_stock("a").as_object().contains("Item"));
    engine.clock.advance(seconds(1));
    // An item that is not in the index takes none of its units.
    for (int i = 0; i < 3; ++i) CHECK(engine.put_stock("b") == accepted);
    CHECK(engine.left("stock", true, "by_place") == 1);
    // A hot partition of an index holds up all writes of the table, too.
    engine.throttle({{.table_name = "scores", .index_name = "by_level", .partition_write_units = 1}});
    const std::string put = R"({"TableName":"scores","Item":{"player":{"S":"p"},"game":{"S":"g"},
        "level":{"S":"a"}}})";
    CHECK(engine.answer("PutItem", put) == accepted);
    CHECK(engine.answer("DeleteItem",
                        R"({"TableName":"scores","Key":{"player":{"S":"x"},"game":{"S":"y"}}})") ==
          on_demand("IndexWriteKeyRangeThroughputExceeded", "table/scores/index/by_level"));
}

TEST_CASE("A ConditionCheck is not held up by an index", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.table_name = "stock", .index_name = "by_place", .write_units = 0}});
    const auto reasons = [&](const std::string& member) {
        return engine.answer("TransactWriteItems", R"({"TransactItems":[)" + member + "]}");
    };
    CHECK(reasons(R"j({"ConditionCheck":{"TableName":"stock","Key":{"id":{"S":"a"}},
        "ConditionExpression":"attribute_not_exists(id)"}})j") == accepted);
    CHECK(reasons(R"({"Delete":{"TableName":"stock","Key":{"id":{"S":"a"}}}})")
              .at("CancellationReasons")
              .at(0)
              .at("Code") == "ProvisionedThroughputExceeded");
    // It still needs the write units of its table.
    engine.throttle({{.table_name = "stock", .write_units = 0}});
    CHECK(reasons(R"j({"ConditionCheck":{"TableName":"stock","Key":{"id":{"S":"a"}},
        "ConditionExpression":"attribute_not_exists(id)"}})j")
              .at("CancellationReasons") ==
          json(R"([{"Code":"ProvisionedThroughputExceeded","Message":")" + table_provisioned + R"("}])"));
}

TEST_CASE("A global index is read with its own units, a local one with the table's", "[throughput]") {
    ThrottledEngine engine;
    const auto query = [&](const std::string& table, const std::string& index, const std::string& key) {
        return engine.answer("Query", R"({"TableName":")" + table + R"(","IndexName":")" + index +
                                          R"(","KeyConditionExpression":"#k = :k",
            "ExpressionAttributeNames":{"#k":")" +
                                          key + R"("},"ExpressionAttributeValues":{":k":{"S":"x"}}})");
    };
    for (int i = 0; i < 6; ++i) CHECK(query("stock", "by_place", "place").at("Count") == 0);
    CHECK(query("stock", "by_place", "place") ==
          provisioned("IndexReadProvisionedThroughputExceeded", "table/stock/index/by_place"));
    CHECK(engine.left("stock", false) == 4);
    CHECK(engine.get_stock("a") == accepted);

    engine.throttle({{.table_name = "scores", .partition_read_units = 1}});
    for (int i = 0; i < 2; ++i) CHECK(query("scores", "by_points", "player").at("Count") == 0);
    CHECK(query("scores", "by_points", "player") ==
          on_demand("TableReadKeyRangeThroughputExceeded", "table/scores"));
    CHECK(query("scores", "by_game", "game").at("Count") == 0);
}

TEST_CASE("A batch leaves unprocessed what is throttled, and fails if that is everything", "[throughput]") {
    ThrottledEngine engine;
    CHECK(engine.done("BatchWriteItem", batch_of_three) ==
          json(R"({"UnprocessedItems":{"stock":[{"PutRequest":{"Item":{"id":{"S":"c"}}}}]}})"));
    CHECK(engine.answer("BatchWriteItem", batch_of_three) ==
          provisioned("TableWriteProvisionedThroughputExceeded"));
    const std::string get = R"({"RequestItems":{"stock":{"ConsistentRead":true,
        "Keys":[{"id":{"S":"a"}},{"id":{"S":"b"}},{"id":{"S":"c"}},{"id":{"S":"d"}},{"id":{"S":"e"}}]}}})";
    CHECK(engine.done("BatchGetItem", get).at("UnprocessedKeys") ==
          json(R"({"stock":{"ConsistentRead":true,"Keys":[{"id":{"S":"e"}}]}})"));
    CHECK(engine.answer("BatchGetItem", get) == provisioned("TableReadProvisionedThroughputExceeded"));
}

TEST_CASE("A transaction is cancelled with the reason of each member that is throttled", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.burst_seconds = 1},
                     {.table_name = "scores", .index_name = "by_game", .partition_write_units = 0}});
    const std::string stock = R"({"Put":{"TableName":"stock","Item":{"id":{"S":"a"}}}})";
    const std::string counter = R"({"Put":{"TableName":"counters","Item":{"id":{"N":"1"}}}})";
    const std::string score =
        R"({"Delete":{"TableName":"scores","Key":{"player":{"S":"p"},"game":{"S":"g"}}}})";
    const auto reasons = [&](const std::string& members) {
        return engine.answer("TransactWriteItems", R"({"TransactItems":[)" + members + "]}")
            .at("CancellationReasons");
    };
    // In a transaction, everything costs double.
    CHECK(engine.done("TransactWriteItems", R"({"TransactItems":[)" + stock + "]}") == accepted);
    CHECK(reasons(stock + "," + counter + "," + score) ==
          json(R"([{"Code":"ProvisionedThroughputExceeded","Message":")" + table_provisioned +
               R"("},{"Code":"None"},{"Code":"ThrottlingError","Message":"Throughput exceeds the current )"
               R"(capacity for one or more global secondary indexes. DynamoDB is automatically )"
               R"(scaling your index so please try again shortly."}])"));
    const std::string get = R"({"Get":{"TableName":"stock","Key":{"id":{"S":"a"}}}})";
    for (int i = 0; i < 2; ++i) engine.done("TransactGetItems", R"({"TransactItems":[)" + get + "]}");
    CHECK(engine.answer("TransactGetItems", R"({"TransactItems":[)" + get + "]}").at("CancellationReasons") ==
          json(R"([{"Code":"ProvisionedThroughputExceeded","Message":")" + table_provisioned + R"("}])"));
}

TEST_CASE("A setting is for a table, an index, or all that have no setting of their own", "[throughput]") {
    ThrottledEngine engine;
    engine.throttle({{.write_units = 7, .burst_seconds = 10},
                     {.table_name = "stock", .read_units = 0, .write_units = 9, .burst_seconds = 1}});
    CHECK(engine.left("counters", true) == 70);
    CHECK(engine.left("stock", true) == 9);
    // The index has units of its own.
    CHECK(engine.left("stock", true, "by_place") == 1);
    CHECK(engine.get_stock("a") == provisioned("TableReadProvisionedThroughputExceeded"));
    engine.clock.advance(seconds(1000));
    CHECK(engine.get_stock("a") == provisioned("TableReadProvisionedThroughputExceeded"));
    // New settings begin with full buckets and without counts.
    engine.throttle({{.table_name = "stock", .index_name = "by_place", .write_units = 5}});
    CHECK(engine.left("stock", true, "by_place") == 1500);
    CHECK(engine.shown("stock").partitions.empty());
    CHECK(engine.get_stock("a") == accepted);
}

TEST_CASE("What is throttled is counted as CloudWatch counts it", "[throughput]") {
    ThrottledEngine engine;
    for (int i = 0; i < 5; ++i) engine.put_stock("a");
    CHECK(engine.shown("stock").events ==
          ThrottleEvents{{"WriteProvisionedThroughputThrottleEvents", 3}, {"WriteThrottleEvents", 3}});
    engine.throttle({{.table_name = "stock", .index_name = "by_place", .partition_write_units = 0},
                     {.table_name = "counters", .read_units = 0}});
    engine.put_stock("a");
    engine.answer("Scan", R"({"TableName":"counters"})");
    CHECK(engine.shown("stock", "by_place").events ==
          ThrottleEvents{{"WriteKeyRangeThroughputThrottleEvents", 1}, {"WriteThrottleEvents", 1}});
    CHECK(engine.shown("counters").events ==
          ThrottleEvents{{"ReadMaxOnDemandThroughputThrottleEvents", 1}, {"ReadThrottleEvents", 1}});
}

TEST_CASE("Items that expire are removed whatever the throughput is", "[throughput]") {
    ThrottledEngine engine;
    engine.done("UpdateTimeToLive", R"({"TableName":"counters",
        "TimeToLiveSpecification":{"Enabled":true,"AttributeName":"until"}})");
    engine.put("counters", {R"({"id":{"N":"1"},"until":{"N":"1769860000"}})"});
    engine.throttle({{.write_units = 0}});
    CHECK(engine.put_counter(1) ==
          on_demand("TableWriteMaxOnDemandThroughputExceeded", "table/counters",
                    "Throughput exceeds the maximum OnDemandThroughput configured on "
                    "table or index"));
    CHECK(table::TimeToLiveSweep().sweep(engine.engine.database(), engine.clock.now()) == 1);
}

TEST_CASE("An engine may begin with all tables throttled", "[throughput]") {
    TestEngine engine(storage::open_store({}), {.throttles = true});
    CHECK(engine.engine.throughput().settings().size() == 1);
    engine.engine.throughput().replace({});
    CHECK_FALSE(engine.engine.throughput().is_armed());
    engine.engine.throughput().reset();
    CHECK(engine.engine.throughput().is_armed());
}

}  // namespace tailrace::operation
