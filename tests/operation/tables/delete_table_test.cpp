#include "engine/table/database.hpp"
#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

TEST_CASE("DeleteTable takes the table, its items and its indexes away", "[delete_table]") {
    TestEngine engine;
    engine.create_indexed_table();
    engine.put("scores", {R"({"player":{"S":"ann"},"game":{"S":"go"},"points":{"N":"3"}})"});
    engine.done("DeleteTable", R"({"TableName":"scores"})");
    CHECK(engine.answer("ListTables", "{}") == json(R"({"TableNames":[]})"));

    engine.create_indexed_table();
    CHECK(engine.done("Scan", R"({"TableName":"scores"})") ==
          json(R"({"Items":[],"Count":0,"ScannedCount":0})"));
    CHECK(engine.done("Scan", R"({"TableName":"scores","IndexName":"by_game"})") ==
          json(R"({"Items":[],"Count":0,"ScannedCount":0})"));
    CHECK(engine.done("DescribeTable", R"({"TableName":"scores"})").at("Table").at("ItemCount") == 0);
}

// The answer identifies the table, but lacks its keys, its indexes and its warm throughput.
TEST_CASE("DeleteTable describes what it deletes in short", "[delete_table]") {
    TestEngine engine;
    engine.create_indexed_table();
    const auto shown = engine.done("DescribeTable", R"({"TableName":"scores"})").at("Table");
    auto deleted = engine.done("DeleteTable", R"({"TableName":"scores"})").at("TableDescription");
    boost::json::object expected = shown.as_object();
    for (const char* left_out : {"AttributeDefinitions", "KeySchema", "CreationDateTime", "WarmThroughput",
                                 "LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
        REQUIRE(expected.erase(left_out) == 1);
    }
    expected["TableStatus"] = "DELETING";
    CHECK(deleted == expected);
}

TEST_CASE("DeleteTable keeps a protected table", "[delete_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.done("UpdateTable", R"({"TableName":"music","DeletionProtectionEnabled":true})");
    CHECK(engine.refusal("DeleteTable", R"({"TableName":"music"})") ==
          "ValidationException: Resource cannot be deleted as it is currently protected against deletion. "
          "Disable deletion protection first.");
    engine.done("UpdateTable", R"({"TableName":"music","DeletionProtectionEnabled":false})");
    engine.done("DeleteTable", R"({"TableName":"music"})");
    CHECK(engine.refusal("DeleteTable", R"({"TableName":"music"})") ==
          "ResourceNotFoundException: Requested resource not found: Table: music not found");
}

// A stream can be read for a day after its table is deleted.
TEST_CASE("DeleteTable disables the table's stream and leaves it readable", "[delete_table]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.done("UpdateTable", R"({"TableName":"music","StreamSpecification":
        {"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    engine.done("DeleteTable", R"({"TableName":"music"})");
    const auto enabled = engine.engine.database().read([](table::ReadSession& session) {
        REQUIRE(session.catalogue().streams.size() == 1);
        return session.catalogue().streams.begin()->second->enabled;
    });
    CHECK_FALSE(enabled);
}
