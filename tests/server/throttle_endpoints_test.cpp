#include "server/admin/throttle_endpoints.hpp"

#include <boost/json.hpp>

#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

struct ThrottledServer : FrontDoorFixture {
    ThrottledServer() {
        add_throttle_endpoints(admin, engine());
        post(signed_headers("CreateTable"), R"({"TableName":"music",
            "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}],
            "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":1},
            "GlobalSecondaryIndexes":[{"IndexName":"by_artist","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}],
                "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":2}}]})");
        post(signed_headers("CreateTable"), R"({"TableName":"plays","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}]})");
    }

    HttpResponse replace(const std::string& settings) {
        return ask("PUT", "/_tailrace/throttle", {}, settings);
    }
    boost::json::value shown() { return boost::json::parse(ask("GET", "/_tailrace/throttle", {}).body); }
    int put(const std::string& table) {
        return post(signed_headers("PutItem"),
                    R"({"TableName":")" + table + R"(","Item":{"artist":{"S":"Nils"}}})")
            .status;
    }
    /// Returns why a setting is refused.
    std::string refusal(const std::string& setting) {
        const HttpResponse response = replace("[" + setting + "]");
        CHECK(response.status == 400);
        return std::string(boost::json::parse(response.body).at("message").as_string());
    }
};

}  // namespace

TEST_CASE("the limits of a table are set, shown and removed", "[throughput]") {
    ThrottledServer server;
    CHECK(server.shown() == boost::json::parse(R"({"Tables":[],"Buckets":[]})"));
    CHECK(server.replace(R"({"TableName":"music","BurstSeconds":1})").status == 200);
    CHECK(server.put("music") == 200);
    CHECK(server.put("music") == 400);
    CHECK(server.put("plays") == 200);
    CHECK(server.shown() == boost::json::parse(R"({
        "Tables":[{"TableName":"music","PartitionRead":3000,"PartitionWrite":1000,"BurstSeconds":1}],
        "Buckets":[
            {"TableName":"music",
             "Read":{"Available":5,"Limit":5,"PerSecond":5},
             "Write":{"Available":0,"Limit":1,"PerSecond":1},
             "Partitions":[{"Read":{"Available":3000,"Limit":3000,"PerSecond":3000},
                            "Write":{"Available":999,"Limit":1000,"PerSecond":1000}}],
             "ThrottleEvents":{"WriteProvisionedThroughputThrottleEvents":1,"WriteThrottleEvents":1}},
            {"TableName":"music","IndexName":"by_artist",
             "Read":{"Available":5,"Limit":5,"PerSecond":5},
             "Write":{"Available":1,"Limit":2,"PerSecond":2},
             "Partitions":[{"Read":{"Available":3000,"Limit":3000,"PerSecond":3000},
                            "Write":{"Available":999,"Limit":1000,"PerSecond":1000}}],
             "ThrottleEvents":{}}]})"));
    server.clock.advance(std::chrono::milliseconds(250));
    CHECK(server.shown().at("Buckets").at(0).at("Write").at("Available") == 0.25);
    CHECK(server.put("music") == 200);
    CHECK(server.ask("DELETE", "/_tailrace/throttle", {}).body == R"({"Tables":[],"Buckets":[]})");
    for (int i = 0; i < 3; ++i) CHECK(server.put("music") == 200);
}

TEST_CASE("a list of settings, or a single one, is replaced as a whole or not at all", "[throughput]") {
    ThrottledServer server;
    const std::string both =
        R"([{"WriteCapacityUnits":0},{"TableName":"music","IndexName":"by_artist","ReadCapacityUnits":7,)"
        R"("WriteCapacityUnits":8,"PartitionRead":9,"PartitionWrite":10,"Partitions":2,"BurstSeconds":11}])";
    CHECK(server.replace(both).status == 200);
    const auto before = server.shown();
    CHECK(before.at("Tables") ==
          boost::json::parse(
              R"([{"WriteCapacityUnits":0,"PartitionRead":3000,"PartitionWrite":1000,"BurstSeconds":300},
            {"TableName":"music","IndexName":"by_artist","ReadCapacityUnits":7,"WriteCapacityUnits":8,
             "PartitionRead":9,"PartitionWrite":10,"Partitions":2,"BurstSeconds":11}])"));
    CHECK(before.at("Buckets").at(2).at("TableName") == "plays");
    CHECK(before.at("Buckets").at(2).at("Read").is_null());
    CHECK(server.put("plays") == 400);
    CHECK(server.replace(R"({"Tables":)" + both + "}").status == 200);
    CHECK(server.replace("{}").status == 200);
    CHECK(server.put("plays") == 200);
    CHECK(server.replace(both).status == 200);
    CHECK(server.replace(R"([{"TableName":"music"},{"BurstSeconds":0}])").status == 400);
    for (const char* body : {"", "{", "1", R"({"Tables":{}})", R"({"Tables":[],"BurstSeconds":1})"}) {
        CAPTURE(body);
        const HttpResponse refused = server.replace(body);
        CHECK(refused.status == 400);
        CHECK(refused.body ==
              R"({"message":"The body must be a setting or a list of them, such as )"
              R"({\"TableName\": \"music\", \"WriteCapacityUnits\": 5, \"BurstSeconds\": 1}."})");
    }
    CHECK(server.shown().at("Tables") == before.at("Tables"));
    CHECK(server.replace("[]").body == R"({"Tables":[],"Buckets":[]})");
}

TEST_CASE("a member that a setting cannot have is refused with what is allowed", "[throughput]") {
    ThrottledServer server;
    CHECK(server.refusal("1") == "Tables[0]: it must be an object.");
    CHECK(server.refusal(R"({"Burst":1})") ==
          "Tables[0]: unknown member 'Burst' (known: TableName, IndexName, ReadCapacityUnits, "
          "WriteCapacityUnits, PartitionRead, PartitionWrite, Partitions and BurstSeconds)");
    CHECK(server.refusal(R"({"TableName":"ab"})") ==
          "Tables[0]: TableName must be the name of a table, 3 to 255 of the characters A-Z a-z 0-9 _ . -, "
          "or its ARN.");
    CHECK(server.refusal(R"({"IndexName":"by_artist"})") == "Tables[0]: IndexName needs TableName.");
    CHECK(server.refusal(R"({"ReadCapacityUnits":-1})") ==
          "Tables[0]: ReadCapacityUnits must be a whole number from 0 to 1000000000.");
    CHECK(server.refusal(R"({"Partitions":0})") ==
          "Tables[0]: Partitions must be a whole number from 1 to 1000.");
    CHECK(server.refusal(R"({"BurstSeconds":3601})") ==
          "Tables[0]: BurstSeconds must be a whole number from 1 to 3600.");
    CHECK(server.refusal(R"({"TableName":"music"},{"TableName":"music","Partitions":2})") ==
          "Tables[1]: an earlier setting is for the same table or index.");
}

TEST_CASE("a table that a setting is for need not exist", "[throughput]") {
    ThrottledServer server;
    const std::string tables =
        R"([{"TableName":"music","PartitionRead":3000,"PartitionWrite":0,"BurstSeconds":300},)"
        R"({"TableName":"songs","IndexName":"by_artist","PartitionRead":1,"PartitionWrite":2,)"
        R"("BurstSeconds":3}])";
    CHECK(server.replace(tables).status == 200);
    server.post(signed_headers("DeleteTable"), R"({"TableName":"music"})");
    CHECK(server.shown() == boost::json::parse(R"({"Buckets":[],"Tables":)" + tables + "}"));
    CHECK(server.replace(boost::json::serialize(server.shown().at("Tables"))).status == 200);
    CHECK(server.shown().at("Tables") == boost::json::parse(tables));
    CHECK(server
              .replace(
                  R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/plays","PartitionWrite":0})")
              .status == 200);
    CHECK(server.put("plays") == 400);
}
