#include "server/template/workbench_model.hpp"

#include "tests/catch.hpp"
#include "tests/template/samples.hpp"

using namespace tailrace::server;
namespace json = boost::json;

TEST_CASE("a model of NoSQL Workbench declares its tables with their items", "[workbench]") {
    const Declarations declared =
        read_workbench_model(read_json(sample_text("library_model.json")), sample("library_model.json"));
    REQUIRE(declared.tables.size() == 2);
    CHECK(json::serialize(declared.tables.front().create_table) == json_of(R"({
        "TableName": "Library",
        "AttributeDefinitions": [{"AttributeName": "Due", "AttributeType": "N"},
                                 {"AttributeName": "PK", "AttributeType": "S"},
                                 {"AttributeName": "SK", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"},
                      {"AttributeName": "SK", "KeyType": "RANGE"}],
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
        "GlobalSecondaryIndexes": [{
            "IndexName": "Due",
            "KeySchema": [{"AttributeName": "SK", "KeyType": "HASH"},
                          {"AttributeName": "Due", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["Title"]},
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}}]})"));
    CHECK(json::serialize(declared.tables.back().create_table) == json_of(R"({
        "TableName": "Events",
        "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "B"}],
        "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST"})"));

    // An item that a facet repeats is put once.
    std::vector<std::string> items;
    for (const auto& each : declared.tables.front().items) items.push_back(json::serialize(each));
    CHECK(items ==
          std::vector<std::string>{
              R"({"PK":{"S":"BOOK#1"},"SK":{"S":"BOOK#1"},"Title":{"S":"Emma"},"Pages":{"N":"474"}})",
              R"({"PK":{"S":"BOOK#1"},"SK":{"S":"LOAN#7"},"Due":{"N":"1780000000"},)"
              R"("Tags":{"SS":["classic","novel"]},"Returned":{"BOOL":false}})",
              R"({"PK":{"S":"BOOK#2"},"SK":{"S":"BOOK#2"},"Title":{"S":"Persuasion"}})"});
    CHECK(texts_of(declared.gaps) ==
          std::vector<std::string>{
              "library_model.json:53: capacity is not scaled here; units are those of ProvisionedThroughput",
              "library_model.json:64: Streams of a table has no effect here"});
}

TEST_CASE("an invalid model of NoSQL Workbench is refused with its line", "[workbench]") {
    const auto read = [](const char* text) { return read_workbench_model(read_json(text), "m.json"); };
    CHECK_THROWS_WITH(read(R"({"ModelName": "a"})"), "m.json:1: DataModel is missing");
    CHECK_THROWS_WITH(read("{\"DataModel\": [\n{}]}"), "m.json:2: a table of the model has no TableName");
    CHECK_THROWS_WITH(read("{\"DataModel\": [\n{\"TableName\": \"t\"}]}"),
                      "m.json:2: KeyAttributes is missing");
    CHECK_THROWS_WITH(read("{\"DataModel\": [{\"TableName\": \"t\", \"KeyAttributes\": {\n\"Key\": {}}}]}"),
                      "m.json:2: KeyAttributes has PartitionKey and SortKey, not Key");
    CHECK_THROWS_WITH(read(R"({"DataModel": [{"TableName": "t", "KeyAttributes": {"PartitionKey":
                               {"AttributeName": "a", "AttributeType": "S"}}, "TableData": [5]}]})"),
                      "m.json:2: an item of TableData is not an object");
}
