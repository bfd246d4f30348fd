#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

TEST_CASE("DescribeTable shows a table as active, with its counts", "[describe_table]") {
    TestEngine engine;
    engine.create_indexed_table();
    engine.put("scores", {R"({"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"3"}})",
                          R"({"player":{"S":"bob"},"game":{"S":"go"}})"});
    const auto table = engine.done("DescribeTable", R"({"TableName":"scores"})").at("Table");
    CHECK(table.at("TableStatus") == "ACTIVE");
    CHECK(table.at("ItemCount") == 2);
    // The first item: player 6+3 bytes, game 4+2, points 6+2. The second item: player 6+3, game 4+2.
    CHECK(table.at("TableSizeBytes") == 38);
    CHECK(table.at("LocalSecondaryIndexes").at(0).at("ItemCount") == 1);
    CHECK(table.at("LocalSecondaryIndexes").at(0).at("IndexSizeBytes") == 23);
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("ItemCount") == 1);
    CHECK(table.at("GlobalSecondaryIndexes").at(0).at("IndexStatus") == "ACTIVE");
    CHECK(table.at("GlobalSecondaryIndexes").at(1).at("ItemCount") == 0);
}

TEST_CASE("DescribeTable finds a table by its ARN", "[describe_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto found = engine.done("DescribeTable",
                                   R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/music"})");
    CHECK(found.at("Table").at("TableName") == "music");
}

TEST_CASE("DescribeTable names the missing table", "[describe_table]") {
    TestEngine engine;
    CHECK(engine.answer("DescribeTable", R"({"TableName":"nowhere"})") ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
                   "message":"Requested resource not found: Table: nowhere not found"})"));
}
