#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string update(const std::string& change, const std::string& table = "music") {
    return R"({"TableName":")" + table + R"(",)" + change + "}";
}

boost::json::value described(TestEngine& engine, const std::string& table = "music") {
    return engine.done("DescribeTable", R"({"TableName":")" + table + "\"}").at("Table");
}

const std::string by_year = R"("AttributeDefinitions":[{"AttributeName":"year","AttributeType":"N"}],
    "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_year",
        "Projection":{"ProjectionType":"KEYS_ONLY"},
        "KeySchema":[{"AttributeName":"year","KeyType":"HASH"}]}}])";

const std::string invalid = "ValidationException: One or more parameter values were invalid: ";

}  // namespace

TEST_CASE("UpdateTable changes throughput and remembers when", "[update_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string provisioned = R"("BillingMode":"PROVISIONED",)";
    const auto units = [](const std::string& reads, const std::string& writes) {
        return R"("ProvisionedThroughput":{"ReadCapacityUnits":)" + reads + R"(,"WriteCapacityUnits":)" +
               writes + "}";
    };
    const auto answer = engine.done("UpdateTable", update(provisioned + units("5", "5")));
    CHECK(answer.at("TableDescription").at("TableStatus") == "UPDATING");
    CHECK(described(engine).at("BillingModeSummary").at("BillingMode") == "PROVISIONED");
    engine.clock.advance(std::chrono::seconds(10));
    engine.done("UpdateTable", update(units("7", "4")));
    CHECK(described(engine).at("ProvisionedThroughput") ==
          json(R"({"LastIncreaseDateTime":1769860810.0,"LastDecreaseDateTime":1769860810.0,
                   "NumberOfDecreasesToday":1,"ReadCapacityUnits":7,"WriteCapacityUnits":4})"));
    CHECK(
        engine.refusal("UpdateTable", update(units("7", "4"))) ==
        "ValidationException: The provisioned throughput for the table will not change. The requested value "
        "equals the current value. Current ReadCapacityUnits provisioned for the table: 7. Requested "
        "ReadCapacityUnits: 7. Current WriteCapacityUnits provisioned for the table: 4. Requested "
        "WriteCapacityUnits: 4. Refer to the Amazon DynamoDB Developer Guide for current limits and how to "
        "request higher limits.");
    CHECK(engine.refusal("UpdateTable", update(units("1", "1"), "counters")) ==
          invalid +
              "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
              "PAY_PER_REQUEST");
}

TEST_CASE("UpdateTable asks for the units of every index of a table that becomes provisioned",
          "[update_table]") {
    TestEngine engine;
    engine.create_indexed_table();
    const std::string change = R"("BillingMode":"PROVISIONED",
        "ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})";
    CHECK(engine.refusal("UpdateTable", update(change, "scores")) ==
          invalid + "ProvisionedThroughput must be specified for index: by_game,by_level");
    const std::string one = R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2})";
    engine.done("UpdateTable", update(change + R"(,"GlobalSecondaryIndexUpdates":[
        {"Update":{"IndexName":"by_game",)" +
                                          one + R"(}},{"Update":{"IndexName":"by_level",)" + one + "}}]",
                                      "scores"));
    CHECK(described(engine, "scores").at("GlobalSecondaryIndexes").at(1).at("ProvisionedThroughput") ==
          json(R"({"LastIncreaseDateTime":1769860800.0,"NumberOfDecreasesToday":0,"ReadCapacityUnits":1,
                   "WriteCapacityUnits":2})"));
}

TEST_CASE("UpdateTable enables and disables a stream", "[update_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string on = R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})";
    const std::string off = R"("StreamSpecification":{"StreamEnabled":false})";
    CHECK(engine.refusal("UpdateTable", update(off)) ==
          "ValidationException: Table has no stream to disable: TableName: music");
    engine.done("UpdateTable", update(on));
    const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/music/stream/";
    CHECK(described(engine).at("LatestStreamArn").as_string() == arn + "2026-01-31T12:00:00.000");
    CHECK(described(engine).at("StreamSpecification") ==
          json(R"({"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})"));
    CHECK(engine.refusal("UpdateTable", update(on)) ==
          "ValidationException: Table already has an enabled stream: TableName: music");
    engine.done("UpdateTable", update(off));
    CHECK_FALSE(described(engine).as_object().contains("StreamSpecification"));
    CHECK(described(engine).at("LatestStreamArn").as_string() == arn + "2026-01-31T12:00:00.000");
    engine.done("UpdateTable", update(on));
    CHECK(described(engine).at("LatestStreamArn").as_string() == arn + "2026-01-31T12:00:00.001");
}

// The index is complete when the answer is sent.
TEST_CASE("UpdateTable makes an index of the items that are there", "[update_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {R"({"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1999"}})",
                         R"({"artist":{"S":"a"},"song":{"S":"t"},"year":{"S":"long ago"}})",
                         R"({"artist":{"S":"b"},"song":{"S":"u"}})"});
    engine.done("UpdateTable", update(by_year));
    const auto table = described(engine);
    CHECK(table.at("ItemCount") == 3);
    CHECK(table.at("AttributeDefinitions").as_array().size() == 3);
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("IndexStatus") == "ACTIVE");
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("ItemCount") == 1);
    engine.put("music", {R"({"artist":{"S":"c"},"song":{"S":"v"},"year":{"N":"1999"}})"});
    CHECK(engine.answer("Query", R"({"TableName":"music","IndexName":"by_year",
              "KeyConditionExpression":"#y = :y","ExpressionAttributeNames":{"#y":"year"},
              "ExpressionAttributeValues":{":y":{"N":"1999"}}})") ==
          json(R"({"Items":[{"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1999"}},
                            {"artist":{"S":"c"},"song":{"S":"v"},"year":{"N":"1999"}}],
                   "Count":2,"ScannedCount":2})"));
    // An item that cannot be in the index may still be written, as long as the write does not touch its index
    // key.
    CHECK(engine.refusal("UpdateItem", R"({"TableName":"music","Key":{"artist":{"S":"a"},"song":{"S":"t"}},
              "UpdateExpression":"SET plays = :n","ExpressionAttributeValues":{":n":{"N":"1"}}})") ==
          "accepted");
    CHECK(described(engine).at("GlobalSecondaryIndexes").at(0).at("ItemCount") == 2);
}

TEST_CASE("UpdateTable removes an index and leaves the others as they are", "[update_table]") {
    TestEngine engine;
    engine.create_indexed_table();
    engine.put("scores", {R"({"player":{"S":"p"},"game":{"S":"g"},"points":{"N":"1"},"level":{"S":"l"}})"});
    engine.done("UpdateTable",
                update(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_game"}}])", "scores"));
    engine.put("scores", {R"({"player":{"S":"q"},"game":{"S":"g"},"level":{"S":"l"}})"});
    const auto table = described(engine, "scores");
    CHECK(table.at("GlobalSecondaryIndexes").as_array().size() == 1);
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("IndexName") == "by_level");
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("ItemCount") == 2);
    CHECK(table.at("LocalSecondaryIndexes").at(0).at("ItemCount") == 1);
    CHECK(engine.refusal("Scan", R"({"TableName":"scores","IndexName":"by_game"})") ==
          "ValidationException: The table does not have the specified index: by_game");
    engine.done("UpdateTable",
                update(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_level"}}])", "scores"));
    CHECK(described(engine, "scores").at("AttributeDefinitions").as_array().size() == 3);
}

TEST_CASE("UpdateTable checks changes of indexes against the table", "[update_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.done("UpdateTable", update(by_year));
    CHECK(engine.refusal("UpdateTable", update(by_year)) ==
          "ValidationException: Attempting to create an index which already exists");
    CHECK(engine.refusal("UpdateTable",
                         update(R"("GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_color"}}])")) ==
          "ResourceNotFoundException: Requested resource not found: Index by_color for table music");
    CHECK(engine.refusal("UpdateTable", update(R"("GlobalSecondaryIndexUpdates":[
              {"Delete":{"IndexName":"by_year"}},{"Delete":{"IndexName":"by_color"}}])")) ==
          "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted "
          "simultaneously per table");
    CHECK(engine.refusal("UpdateTable", update(R"("GlobalSecondaryIndexUpdates":[
              {"Delete":{"IndexName":"by_color"}},{"Delete":{"IndexName":"by_mood"}}])")) ==
          "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted "
          "simultaneously per table");
    CHECK(described(engine).at("GlobalSecondaryIndexes").as_array().size() == 1);
    CHECK(engine.refusal("UpdateTable", update(R"("DeletionProtectionEnabled":true)", "nowhere")) ==
          "ResourceNotFoundException: Requested resource not found: Table: nowhere not found");
}

// For six updates AWS has the same message as for two that create or delete an index, but looks up the table
// first.
TEST_CASE("UpdateTable takes at most five updates of indexes", "[update_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    std::string create;
    std::string change;
    for (const char digit : std::string("123456")) {
        const std::string name = R"({"IndexName":"by_year)" + std::string(1, digit) + "\"";
        const std::string comma = create.empty() ? "" : ",";
        create += comma + R"({"Create":)" + name +
                  R"(,"KeySchema":[{"AttributeName":"year","KeyType":"HASH"}],
                      "Projection":{"ProjectionType":"ALL"}}})";
        change += comma + R"({"Update":)" + name + R"(,"WarmThroughput":{"ReadUnitsPerSecond":20000}}})";
    }
    const std::string definitions =
        R"("AttributeDefinitions":[{"AttributeName":"year","AttributeType":"N"}],)";
    for (const std::string& each : {definitions + R"("GlobalSecondaryIndexUpdates":[)" + create + "]",
                                    R"("GlobalSecondaryIndexUpdates":[)" + change + "]"}) {
        CHECK(engine.refusal("UpdateTable", update(each)) ==
              "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or "
              "deleted simultaneously per table");
        CHECK(engine.refusal("UpdateTable", update(each, "nowhere")) ==
              "ResourceNotFoundException: Requested resource not found: Table: nowhere not found");
    }
}

// Local indexes are created and deleted only with their table.
TEST_CASE("UpdateTable leaves local indexes alone", "[update_table]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto refusal = [&](const std::string& action) {
        return engine.refusal("UpdateTable",
                              update(R"("GlobalSecondaryIndexUpdates":[)" + action + "]", "scores"));
    };
    CHECK(refusal(R"({"Delete":{"IndexName":"by_points"}})") ==
          "ValidationException: Cannot delete an index that is not a GlobalSecondaryIndex: by_points");
    CHECK(refusal(R"({"Update":{"IndexName":"by_points","OnDemandThroughput":{"MaxReadRequestUnits":5}}})") ==
          "ValidationException: Cannot update an index that is not a GlobalSecondaryIndex: by_points");
}

// CreateTable has the same rule in other words.
TEST_CASE("UpdateTable creates an index with units when its table has units", "[update_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string units = R"("ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3})";
    std::string with_units = by_year;
    with_units.insert(with_units.find(R"("Projection")"), units + ",");
    CHECK(engine.refusal("UpdateTable", update(with_units)) ==
          invalid +
              "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: by_year when "
              "BillingMode is PAY_PER_REQUEST");
    engine.done("UpdateTable", update(R"("BillingMode":"PROVISIONED",)" + units));
    CHECK(engine.refusal("UpdateTable", update(by_year)) ==
          invalid + "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: by_year");
}

// An attribute has one type, whatever it is a key of.
TEST_CASE("UpdateTable creates no index that redefines an attribute", "[update_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.done("UpdateTable", update(by_year));
    CHECK(engine.refusal("UpdateTable", update(R"(
              "AttributeDefinitions":[{"AttributeName":"year","AttributeType":"S"},
                                      {"AttributeName":"artist","AttributeType":"S"}],
              "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_text",
                  "Projection":{"ProjectionType":"ALL"},
                  "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"},
                               {"AttributeName":"year","KeyType":"RANGE"}]}}])")) ==
          invalid +
              "Attributes cannot be redefined. Please check that your attribute has the same type as "
              "previously defined. Existing schema: Schema:[SchemaElement: key{year:N:HASH}] New schema: "
              "Schema:[SchemaElement: key{artist:S:HASH}, SchemaElement: key{year:S:RANGE}]");
}

// Units can be given only for provisioned tables, and only if they change.
TEST_CASE("UpdateTable refuses units of an index that are not allowed or not new", "[update_table]") {
    TestEngine engine;
    engine.create_indexed_table();
    const std::string units = R"("ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3})";
    const auto change = [&](const std::string& index) {
        return R"({"Update":{"IndexName":")" + index + "\"," + units + "}}";
    };
    const auto updates = [](const std::string& each) {
        return R"("GlobalSecondaryIndexUpdates":[)" + each + "]";
    };
    CHECK(engine.refusal("UpdateTable", update(updates(change("by_game")), "scores")) ==
          invalid +
              "The only Updates for index: by_game when TableThroughputMode is PAY_PER_REQUEST can be to "
              "OnDemandThroughput, WarmThroughput");
    engine.done("UpdateTable", update(R"("BillingMode":"PROVISIONED",)" + units + "," +
                                          updates(change("by_game") + "," + change("by_level")),
                                      "scores"));
    CHECK(engine.refusal("UpdateTable", update(updates(change("by_game")), "scores")) ==
          "ValidationException: The provisioned throughput for the index by_game will not change. The "
          "requested value equals the current value. Current ReadCapacityUnits provisioned for index "
          "by_game: 2. Requested ReadCapacityUnits: 2. Current WriteCapacityUnits provisioned for index "
          "by_game: 3. Requested WriteCapacityUnits: 3. Refer to the Amazon DynamoDB Developer Guide for "
          "current limits and how to request higher limits.");
    const auto units_of = [](const std::string& index, const std::string& reads, const std::string& writes) {
        return R"({"Update":{"IndexName":")" + index + R"(","ProvisionedThroughput":{"ReadCapacityUnits":)" +
               reads + R"(,"WriteCapacityUnits":)" + writes + "}}}";
    };
    const std::string blocked =
        "ValidationException: This operation cannot be performed with given input values. Please contact "
        "DynamoDB service team for more info: Action Blocked: IndexUpdate";
    const std::string most = "1000000000000";
    for (const std::string index : {"by_game", "by_color"}) {
        CHECK(engine.refusal("UpdateTable",
                             update(updates(units_of(index, "1000000000001", most)), "scores")) == blocked);
        CHECK(engine.refusal("UpdateTable",
                             update(updates(units_of(index, most, "1000000000001")), "scores")) == blocked);
    }
    CHECK(engine.refusal("UpdateTable", update(updates(units_of("by_color", most, most)), "scores")) ==
          "ResourceNotFoundException: Requested resource not found: Index by_color for table scores");
}
