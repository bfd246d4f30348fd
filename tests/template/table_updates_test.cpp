#include "server/deployment/table_updates.hpp"

#include <string>
#include <vector>

#include "tests/catch.hpp"

using namespace tailrace::server;
namespace json = boost::json;

namespace {

json::object object_of(std::string_view text) {
    return json::parse(text).as_object();
}

json::object declared() {
    return object_of(R"({
        "TableName": "music", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"},
                                 {"AttributeName": "year", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{"IndexName": "by-year",
            "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]}}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}})");
}

/// The same table as DescribeTable shows it.
json::object described() {
    return object_of(R"({
        "TableName": "music", "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "AttributeDefinitions": [{"AttributeName": "year", "AttributeType": "N"},
                                 {"AttributeName": "artist", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "GlobalSecondaryIndexes": [{"IndexName": "by-year", "IndexStatus": "ACTIVE",
            "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]},
            "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
        "DeletionProtectionEnabled": false})");
}

/// Returns each update as "PURPOSE: BODY".
std::vector<std::string> lines(const TableUpdates& updates) {
    std::vector<std::string> all;
    for (const auto& each : updates.updates) {
        all.push_back(each.purpose + ": " + json::serialize(each.body));
    }
    return all;
}

}  // namespace

TEST_CASE("a table that is as declared needs no update", "[table_updates]") {
    const TableUpdates updates = table_updates(described(), declared());
    CHECK(updates.why_recreate.empty());
    CHECK(lines(updates).empty());
}

TEST_CASE("a table with other keys would have to be re-created", "[table_updates]") {
    json::object wanted = declared();
    wanted["KeySchema"].as_array().push_back(json::object{{"AttributeName", "year"}, {"KeyType", "RANGE"}});
    CHECK(table_updates(described(), wanted).why_recreate == "its keys have changed");
    CHECK(table_updates(described(), wanted).updates.empty());

    wanted = declared();
    wanted["AttributeDefinitions"].as_array()[0].as_object()["AttributeType"] = "B";
    CHECK(table_updates(described(), wanted).why_recreate == "its keys have changed");

    wanted = declared();
    wanted["LocalSecondaryIndexes"] = wanted["GlobalSecondaryIndexes"];
    CHECK(table_updates(described(), wanted).why_recreate == "its local indexes have changed");
}

TEST_CASE("an index with another shape is removed and added", "[table_updates]") {
    json::object wanted = declared();
    wanted["GlobalSecondaryIndexes"].as_array()[0].as_object()["Projection"] = {{"ProjectionType", "ALL"}};
    CHECK(lines(table_updates(described(), wanted)) ==
          std::vector<std::string>{
              R"(removes the index by-year: {"GlobalSecondaryIndexUpdates":)"
              R"([{"Delete":{"IndexName":"by-year"}}],"TableName":"music"})",
              R"(adds the index by-year: {"AttributeDefinitions":)"
              R"([{"AttributeName":"artist","AttributeType":"S"},)"
              R"({"AttributeName":"year","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":)"
              R"({"IndexName":"by-year","KeySchema":[{"AttributeName":"year","KeyType":"HASH"}],)"
              R"("Projection":{"ProjectionType":"ALL"}}}],"TableName":"music"})"});
}

TEST_CASE("a stream of another kind ends before the next begins", "[table_updates]") {
    json::object wanted = declared();
    wanted["StreamSpecification"].as_object()["StreamViewType"] = "KEYS_ONLY";
    CHECK(
        lines(table_updates(described(), wanted)) ==
        std::vector<std::string>{
            R"(ends the stream: {"StreamSpecification":{"StreamEnabled":false},"TableName":"music"})",
            R"(begins a stream: {"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"},)"
            R"("TableName":"music"})"});
    wanted.erase("StreamSpecification");
    CHECK(lines(table_updates(described(), wanted)) ==
          std::vector<std::string>{
              R"(ends the stream: {"StreamSpecification":{"StreamEnabled":false},"TableName":"music"})"});
}

TEST_CASE("the throughput of a table and its indexes changes in one update", "[table_updates]") {
    json::object wanted = declared();
    wanted["BillingMode"] = "PROVISIONED";
    const json::object units{{"ReadCapacityUnits", 3}, {"WriteCapacityUnits", 4}};
    wanted["ProvisionedThroughput"] = units;
    wanted["GlobalSecondaryIndexes"].as_array()[0].as_object()["ProvisionedThroughput"] = units;
    wanted["TableClass"] = "STANDARD_INFREQUENT_ACCESS";
    wanted["DeletionProtectionEnabled"] = true;
    CHECK(lines(table_updates(described(), wanted)) ==
          std::vector<std::string>{
              R"(changes the throughput: {"BillingMode":"PROVISIONED","ProvisionedThroughput":)"
              R"({"ReadCapacityUnits":3,"WriteCapacityUnits":4},"GlobalSecondaryIndexUpdates":[{"Update":)"
              R"({"IndexName":"by-year","ProvisionedThroughput":)"
              R"({"ReadCapacityUnits":3,"WriteCapacityUnits":4}}}],"TableName":"music"})",
              R"(changes TableClass: {"TableClass":"STANDARD_INFREQUENT_ACCESS","TableName":"music"})",
              R"(changes the protection against deletion: {"DeletionProtectionEnabled":true,)"
              R"("TableName":"music"})"});
}
