#include <string>
#include <vector>

#include "server/harness/harness.hpp"
#include "server/requests/request_log.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using tailrace::harness::Harness;
using Texts = std::vector<std::string>;

namespace {

/// "PutItem [music] 200 1 0/0/1": operation, tables, status, capacity, and items read, returned and written.
std::string line_of(const server::LoggedRequest& request) {
    std::string tables;
    for (const std::string& table : request.tables) tables.append(tables.empty() ? "" : " ").append(table);
    std::string units = std::to_string(request.cost.capacity_units);
    units.resize(units.find('.') + 2);
    return std::string(request.operation) + " [" + tables + "]" +
           (request.index.empty() ? "" : " " + request.index) + " " + std::to_string(request.status) + " " +
           (request.error.empty() ? "" : request.error + " ") + units + " " +
           std::to_string(request.cost.items_read) + "/" + std::to_string(request.cost.items_returned) + "/" +
           std::to_string(request.cost.items_written);
}

Texts lines(const Harness& harness, const server::RequestFilter& filter = {}) {
    Texts lines;
    for (const server::LoggedRequest& each : harness.requests(filter)) lines.push_back(line_of(each));
    return lines;
}

/// A harness with two tables, one of them with an index, whose log begins empty.
struct Music {
    Music() {
        harness.create_table("songs", "id");
        harness.call("CreateTable", R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                                    {"AttributeName":"genre","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "GlobalSecondaryIndexes":[{"IndexName":"genre","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"genre","KeyType":"HASH"}]}]})");
        for (const char* id : {"a", "b", "c"})
            harness.call("PutItem", R"({"TableName":"music","Item":{"genre":{"S":"piano"},"id":{"S":")" +
                                        std::string(id) + R"("}}})");
        CHECK(harness.requests().size() == 5);
        CHECK(log.clear() == 5);
    }

    Harness harness;
    server::RequestLog& log = harness.tailrace().request_log();
};

}  // namespace

TEST_CASE("the log says what each request has cost", "[requests]") {
    Music music;
    const auto call = [&](const char* operation, const char* request) {
        music.harness.call(operation, request);
    };
    call("GetItem", R"({"TableName":"music","Key":{"id":{"S":"a"}}})");
    call("GetItem", R"({"TableName":"music","Key":{"id":{"S":"x"}},"ConsistentRead":true})");
    call("PutItem", R"({"TableName":"songs","Item":{"id":{"S":"a"}}})");
    call("DeleteItem", R"({"TableName":"music","Key":{"id":{"S":"c"}},"ReturnValues":"ALL_OLD"})");
    call("Query", R"({"TableName":"music","IndexName":"genre","KeyConditionExpression":"genre = :g",
        "FilterExpression":"id = :b","ExpressionAttributeValues":{":g":{"S":"piano"},":b":{"S":"b"}}})");
    call("Scan", R"({"TableName":"music","Select":"COUNT"})");
    call("BatchGetItem", R"({"RequestItems":{"music":{"Keys":[{"id":{"S":"a"}}]},
        "songs":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"x"}}]}}})");
    call("BatchWriteItem", R"({"RequestItems":{"songs":[{"PutRequest":{"Item":{"id":{"S":"b"}}}}]}})");
    call("TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"music","Key":{"id":{"S":"a"}}}},
        {"Get":{"TableName":"songs","Key":{"id":{"S":"x"}}}}]})");
    call("TransactWriteItems",
         R"({"TransactItems":[{"Put":{"TableName":"songs","Item":{"id":{"S":"c"}}}}]})");
    call("ExecuteStatement", R"({"Statement":"SELECT * FROM songs"})");
    call("BatchExecuteStatement", R"({"Statements":[{"Statement":"SELECT * FROM songs WHERE id='a'"}]})");
    call("ExecuteTransaction",
         R"({"TransactStatements":[{"Statement":"INSERT INTO songs VALUE {'id':'d'}"}]})");
    CHECK(lines(music.harness) == Texts{
                                      "GetItem [music] 200 0.5 1/1/0",
                                      "GetItem [music] 200 1.0 0/0/0",
                                      "PutItem [songs] 200 1.0 0/0/1",
                                      "DeleteItem [music] 200 2.0 0/1/1",
                                      "Query [music] genre 200 0.5 2/1/0",
                                      "Scan [music] 200 0.5 2/0/0",
                                      "BatchGetItem [music songs] 200 1.5 2/2/0",
                                      "BatchWriteItem [songs] 200 1.0 0/0/1",
                                      "TransactGetItems [music songs] 200 4.0 1/1/0",
                                      "TransactWriteItems [songs] 200 2.0 0/0/1",
                                      "ExecuteStatement [songs] 200 0.5 3/3/0",
                                      "BatchExecuteStatement [songs] 200 0.5 1/1/0",
                                      "ExecuteTransaction [songs] 200 2.0 0/0/1",
                                  });
}

TEST_CASE("requests that failed are in the log, and can be selected", "[requests]") {
    Music music;
    const auto refused = [&](const char* operation, const char* request) {
        CHECK_THROWS_AS(music.harness.call(operation, request), ApiError);
    };
    refused("GetItem", R"({"TableName":"nowhere","Key":{"id":{"S":"a"}}})");
    refused("PutItem", R"json({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/music",
        "Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_not_exists(id)"})json");
    refused("TransactWriteItems", R"json({"TransactItems":[
        {"ConditionCheck":{"TableName":"music","Key":{"id":{"S":"x"}},
                           "ConditionExpression":"attribute_exists(id)"}},
        {"Put":{"TableName":"songs","Item":{"id":{"S":"c"}}}}]})json");
    music.harness.call("DescribeTable", R"({"TableName":"music"})");
    const Texts all = {"GetItem [nowhere] 400 ResourceNotFoundException 0.0 0/0/0",
                       "PutItem [music] 400 ConditionalCheckFailedException 0.0 0/0/0",
                       "TransactWriteItems [music songs] 400 TransactionCanceledException 0.0 0/0/0",
                       "DescribeTable [music] 200 0.0 0/0/0"};
    CHECK(lines(music.harness) == all);
    CHECK(lines(music.harness, {.table = "music"}) == Texts(all.begin() + 1, all.end()));
    CHECK(lines(music.harness, {.table = "mus"}).empty());
    CHECK(lines(music.harness, {.status = 200}) == Texts{all[3]});
    CHECK(lines(music.harness, {.operation = "GetItem", .status = 400}) == Texts{all[0]});
    CHECK(music.harness.requests({.status = 200}).front().number == 4);
}

TEST_CASE("the log keeps the last requests", "[requests]") {
    Music music;
    for (std::size_t i = 0; i < server::RequestLog::max_requests; ++i) music.harness.call("ListTables", "{}");
    music.harness.clock().advance(std::chrono::seconds(1));
    music.harness.call("GetItem", R"({"TableName":"music","Key":{"id":{"S":"a"}}})");
    const auto requests = music.harness.requests();
    REQUIRE(requests.size() == server::RequestLog::max_requests);
    CHECK(requests.front().number == 2);
    CHECK(requests.back().number == server::RequestLog::max_requests + 1);
    CHECK(requests.back().time == music.harness.clock().now());
    CHECK(requests.back().tables == Texts{"music"});
    CHECK(music.log.clear() == server::RequestLog::max_requests);
    CHECK(music.harness.requests().empty());
}
