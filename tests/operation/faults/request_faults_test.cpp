#include "engine/operation/faults/request_faults.hpp"

#include "engine/model/attribute_json.hpp"
#include "engine/table/database.hpp"
#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {
namespace {

using std::chrono::milliseconds;

const std::string hot_key =
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";

const std::string table_provisioned =
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
    "provisioning level with the UpdateTable API.";
const std::string index_provisioned =
    "The level of configured provisioned throughput for one or more global secondary indexes of the table "
    "was "
    "exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
    "indexes "
    "with the UpdateTable API.";

FaultRule failing(const std::string& operation, const std::string& error) {
    FaultRule rule;
    rule.operation = operation;
    rule.effect.error = FaultError{.name = error, .message = {}, .reason = {}};
    return rule;
}

AttributeMap key(std::string_view text) {
    return parse_attribute_map(json(text).as_object());
}

FaultRule failing_at(const std::string& table, std::string_view at, const std::string& error) {
    FaultRule rule = failing("", error);
    rule.table_name = table;
    rule.key = key(at);
    return rule;
}

/// An engine with the tables of create_plain_tables() and create_indexed_table().
struct FaultyEngine : TestEngine {
    FaultyEngine() {
        create_plain_tables();
        create_indexed_table();
    }

    void script(std::vector<FaultRule> rules) { engine.faults().replace(std::move(rules)); }
    std::string refusal(std::string_view operation, std::string_view request) {
        return TestEngine::refusal(operation, request);
    }
    /// How often the rule was met and applied: "3 met, 2 applied".
    std::string counts(std::size_t rule = 0) {
        const FaultCounts counts = engine.faults().faults()->at(rule).counts();
        return std::to_string(counts.met) + " met, " + std::to_string(counts.applied) + " applied";
    }
};

const std::string put_music = R"({"TableName":"music","Item":{"artist":{"S":"Nils"},"song":{"S":"Over"}}})";
const std::string put_counter = R"({"TableName":"counters","Item":{"id":{"N":"1"}}})";

/// A BatchWriteItem or TransactWriteItems of the counters 1 to n.
std::string batch(int items) {
    std::string requests;
    for (int i = 1; i <= items; ++i) {
        requests.append(i > 1 ? "," : "");
        requests.append(R"({"PutRequest":{"Item":{"id":{"N":")" + std::to_string(i) + R"("}}}})");
    }
    return R"({"RequestItems":{"counters":[)" + requests + "]}}";
}

std::string transaction(int items) {
    std::string members;
    for (int i = 1; i <= items; ++i) {
        members.append(i > 1 ? "," : "");
        members.append(R"({"Put":{"TableName":"counters","Item":{"id":{"N":")" + std::to_string(i) +
                       R"("}}}})");
    }
    return R"({"TransactItems":[)" + members + "]}";
}

}  // namespace

TEST_CASE("A rule fails the requests of its operation and table, with AWS's text and reasons", "[faults]") {
    FaultyEngine engine;
    FaultRule rule = failing("PutItem", "ThrottlingException");
    rule.table_name = "music";
    engine.script({rule});
    CHECK(engine.answer("PutItem", put_music) ==
          json(R"({"__type":"com.amazon.coral.availability#ThrottlingException","message":")" + hot_key +
               R"(","throttlingReasons":[{"reason":"TableWriteKeyRangeThroughputExceeded",)"
               R"("resource":"arn:aws:dynamodb:us-east-1:000000000000:table/music"}]})"));
    CHECK(engine.refusal("PutItem", put_counter) == "accepted");
    CHECK(engine.refusal("GetItem", R"({"TableName":"music",
        "Key":{"artist":{"S":"Nils"},"song":{"S":"Over"}}})") == "accepted");
    CHECK(engine.item("music", R"({"artist":{"S":"Nils"},"song":{"S":"Over"}})").is_null());
    CHECK(engine.counts() == "1 met, 1 applied");
}

TEST_CASE("Throttling errors name the table or index, and the limit, that was exceeded", "[faults]") {
    FaultyEngine engine;
    engine.script({failing("", "ProvisionedThroughputExceededException")});
    CHECK(engine.answer("Query", R"({"TableName":"scores","IndexName":"by_level",
        "KeyConditionExpression":"#l = :v","ExpressionAttributeNames":{"#l":"level"},
        "ExpressionAttributeValues":{":v":{"S":"a"}}})") ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
            "message":")" +
               index_provisioned + R"(",
            "ThrottlingReasons":[{"reason":"IndexReadProvisionedThroughputExceeded",
            "resource":"arn:aws:dynamodb:us-east-1:000000000000:table/scores/index/by_level"}]})"));
    FaultRule limit = failing("Scan", "RequestLimitExceeded");
    limit.effect.error->message = "Slow down";
    engine.script({limit});
    CHECK(engine.answer("Scan", R"({"TableName":"music"})") ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#RequestLimitExceeded","message":"Slow down",
            "ThrottlingReasons":[{"reason":"TableReadAccountLimitExceeded",
            "resource":"arn:aws:dynamodb:us-east-1:000000000000:table/music"}]})"));
    FaultRule maximum = failing("PutItem", "ThrottlingException");
    maximum.effect.error->reason = "TableWriteMaxOnDemandThroughputExceeded";
    engine.script({maximum});
    CHECK(engine.refusal("PutItem", put_music) ==
          "ThrottlingException: Throughput exceeds the maximum OnDemandThroughput configured on table or "
          "index");
}

TEST_CASE("Every error that a rule may name has a message, and a type with a prefix", "[faults]") {
    FaultyEngine engine;
    for (const std::string_view name : fault_error_names()) {
        CAPTURE(name);
        engine.script({failing("PutItem", std::string(name))});
        const auto answer = engine.answer("PutItem", put_music).as_object();
        CHECK(std::string_view(answer.at("__type").as_string()).ends_with("#" + std::string(name)));
        const bool is_upper = answer.contains("Message");
        CHECK_FALSE(answer.at(is_upper ? "Message" : "message").as_string().empty());
    }
}

TEST_CASE("A fault comes after the faults of the request itself", "[faults]") {
    FaultyEngine engine;
    engine.script({failing("", "InternalServerError")});
    CHECK(engine.refusal("PutItem", R"({"TableName":"music","Item":{"artist":{"S":"Nils"}}})") ==
          "ValidationException: One or more parameter values were invalid: Missing the key song in the item");
    CHECK(engine.refusal("PutItem", R"({"TableName":"nowhere","Item":{"artist":{"S":"Nils"}}})") ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.counts() == "0 met, 0 applied");
    CHECK(engine.refusal("PutItem", put_music) == "InternalServerError: Internal server error");
}

TEST_CASE("A request meets a rule once, whatever number of items it touches", "[faults]") {
    FaultyEngine engine;
    FaultRule rule = failing("", "InternalServerError");
    rule.skip = 2;
    engine.script({rule});
    CHECK(engine.done("BatchWriteItem", batch(3)) == json(R"({"UnprocessedItems":{}})"));
    CHECK(engine.done("TransactWriteItems", transaction(3)) == json("{}"));
    CHECK(engine.refusal("BatchWriteItem", batch(3)) == "InternalServerError: Internal server error");
    CHECK(engine.refusal("TransactWriteItems", transaction(3)) ==
          "InternalServerError: Internal server error");
    CHECK(engine.counts() == "4 met, 2 applied");
}

TEST_CASE("An error of a whole transaction does not become a reason of its members", "[faults]") {
    FaultyEngine engine;
    engine.script({failing("", "ThrottlingException")});
    CHECK(engine.refusal("TransactWriteItems", transaction(2)) == "ThrottlingException: " + hot_key);
    CHECK(engine.refusal("TransactGetItems",
                         R"({"TransactItems":[{"Get":{"TableName":"counters","Key":{"id":{"N":"1"}}}}]})") ==
          "ThrottlingException: " + hot_key);
    engine.script({});
    CHECK(engine.item("counters", R"({"id":{"N":"1"}})").is_null());
}

TEST_CASE("A rule about a key fails what touches that item", "[faults]") {
    FaultyEngine engine;
    engine.script({failing_at("counters", R"({"id":{"N":"2"}})", "ThrottlingException")});
    CHECK(engine.refusal("PutItem", put_counter) == "accepted");
    CHECK(engine.refusal("GetItem", R"({"TableName":"counters","Key":{"id":{"N":"2.0"}}})") ==
          "ThrottlingException: " + hot_key);
    CHECK(engine.done("BatchWriteItem", batch(3)) ==
          json(R"({"UnprocessedItems":{"counters":[{"PutRequest":{"Item":{"id":{"N":"2"}}}}]}})"));
    CHECK(engine.answer("TransactWriteItems", transaction(3)).at("CancellationReasons") ==
          json(R"([{"Code":"None"},{"Code":"ThrottlingError","Message":")" + hot_key +
               R"("},{"Code":"None"}])"));
    CHECK(engine.counts() == "3 met, 3 applied");
}

TEST_CASE("A Query and a Scan meet a rule about a key if their range reaches it", "[faults]") {
    FaultyEngine engine;
    engine.put("music", {R"({"artist":{"S":"Nils"},"song":{"S":"Over"}})"});
    FaultRule rule =
        failing_at("music", R"({"artist":{"S":"Nils"},"song":{"S":"Over"}})", "InternalServerError");
    engine.script({rule});
    const auto query = [&](const std::string& condition) {
        return engine.refusal("Query", R"({"TableName":"music","KeyConditionExpression":")" + condition +
                                           R"(","ExpressionAttributeValues":{":a":{"S":"Nils"}}})");
    };
    const std::string failed = "InternalServerError: Internal server error";
    CHECK(query("artist = :a") == failed);
    CHECK(query("artist = :a AND song > :a") == failed);
    CHECK(query("artist = :a AND song < :a") == "accepted");
    CHECK(engine.refusal("Scan", R"({"TableName":"music"})") == failed);
    CHECK(engine.refusal("Scan", R"({"TableName":"music",
        "ExclusiveStartKey":{"artist":{"S":"Nils"},"song":{"S":"Over"}}})") == "accepted");
    CHECK(engine.refusal("Scan", R"({"TableName":"counters"})") == "accepted");
    // A partition key alone stands for all items of its partition.
    rule.key = key(R"({"artist":{"S":"Nils"}})");
    engine.script({rule});
    CHECK(query("artist = :a AND song < :a") == failed);
    CHECK(engine.refusal("PutItem", put_music) == failed);
}

TEST_CASE("A rule about an index meets its reads and the writes of its table", "[faults]") {
    FaultyEngine engine;
    FaultRule rule = failing("", "ThrottlingException");
    rule.table_name = "scores";
    rule.index_name = "by_level";
    engine.script({rule});
    CHECK(engine.refusal("Scan", R"({"TableName":"scores"})") == "accepted");
    CHECK(engine.refusal("Scan", R"({"TableName":"scores","IndexName":"by_game"})") == "accepted");
    CHECK(engine.refusal("Scan", R"({"TableName":"scores","IndexName":"by_level"})") ==
          "ThrottlingException: " + hot_key);
    const auto put =
        engine.answer("PutItem", R"({"TableName":"scores","Item":{"player":{"S":"p"},"game":{"S":"g"}}})");
    CHECK(put.at("throttlingReasons") == json(R"([{"reason":"IndexWriteKeyRangeThroughputExceeded",
            "resource":"arn:aws:dynamodb:us-east-1:000000000000:table/scores/index/by_level"}])"));
    // If the rule names an index, its key is a key of that index.
    rule.key = key(R"({"level":{"S":"a"}})");
    engine.script({rule});
    const auto query = [&](const std::string& level) {
        return engine.refusal("Query", R"({"TableName":"scores","IndexName":"by_level",
            "KeyConditionExpression":"#l = :v","ExpressionAttributeNames":{"#l":"level"},
            "ExpressionAttributeValues":{":v":{"S":")" +
                                           level + R"("}}})");
    };
    CHECK(query("a") == "ThrottlingException: " + hot_key);
    CHECK(query("b") == "accepted");
}

TEST_CASE("A rule about a key that its table does not have is never met", "[faults]") {
    FaultyEngine engine;
    engine.script({failing_at("counters", R"({"id":{"S":"1"}})", "InternalServerError"),
                   failing_at("counters", R"({"name":{"N":"1"}})", "InternalServerError")});
    CHECK(engine.refusal("PutItem", put_counter) == "accepted");
    CHECK(engine.counts(0) == "0 met, 0 applied");
    CHECK(engine.counts(1) == "0 met, 0 applied");
}

TEST_CASE("The first items of a batch are left unprocessed, and a batch of nothing else fails", "[faults]") {
    FaultyEngine engine;
    FaultRule rule;
    rule.operation = "BatchWriteItem";
    rule.effect.unprocessed = 2;
    FaultRule reading = rule;
    reading.operation = "BatchGetItem";
    engine.script({rule, reading});
    CHECK(engine.done("BatchWriteItem", batch(3)) ==
          json(R"({"UnprocessedItems":{"counters":[{"PutRequest":{"Item":{"id":{"N":"1"}}}},
                                                   {"PutRequest":{"Item":{"id":{"N":"2"}}}}]}})"));
    CHECK(engine.item("counters", R"({"id":{"N":"3"}})").is_object());
    CHECK(engine.item("counters", R"({"id":{"N":"1"}})").is_null());
    CHECK(engine.refusal("BatchWriteItem", batch(2)) == "ThrottlingException: " + hot_key);
    const auto get = [&](const std::string& keys) {
        return R"({"RequestItems":{"counters":{"Keys":[)" + keys + "]}}}";
    };
    CHECK(engine.done("BatchGetItem", get(R"({"id":{"N":"1"}},{"id":{"N":"2"}},{"id":{"N":"3"}})")) ==
          json(R"({"Responses":{"counters":[{"id":{"N":"3"}}]},
            "UnprocessedKeys":{"counters":{"Keys":[{"id":{"N":"1"}},{"id":{"N":"2"}}]}}})"));
    CHECK(engine.refusal("BatchGetItem", get(R"({"id":{"N":"3"}})")) == "ThrottlingException: " + hot_key);
    CHECK(engine.counts(0) == "2 met, 2 applied");
}

TEST_CASE("A transaction is cancelled for the reasons that a rule gives its members", "[faults]") {
    FaultyEngine engine;
    FaultRule rule;
    rule.operation = "TransactWriteItems";
    rule.times = 1;
    rule.effect.cancellation_codes = {"None", "ProvisionedThroughputExceeded", "TransactionConflict"};
    engine.script({rule});
    CHECK(engine.answer("TransactWriteItems", transaction(4)) ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message":"Transaction cancelled, please refer cancellation reasons for specific reasons )"
               R"([None, ProvisionedThroughputExceeded, TransactionConflict, None]",
            "CancellationReasons":[{"Code":"None"},{"Code":"ProvisionedThroughputExceeded",
              "Message":")" +
               table_provisioned + R"("},
              {"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"},
              {"Code":"None"}]})"));
    CHECK(engine.item("counters", R"({"id":{"N":"1"}})").is_null());
    CHECK(engine.done("TransactWriteItems", transaction(4)) == json("{}"));
}

TEST_CASE("Operations that touch no items meet rules, too", "[faults]") {
    FaultyEngine engine;
    FaultRule rule = failing("", "ThrottlingException");
    rule.table_name = "music";
    engine.script({rule});
    CHECK(engine.answer("DescribeTable", R"({"TableName":"music"})") ==
          json(R"({"__type":"com.amazon.coral.availability#ThrottlingException",
            "message":"Rate exceeded"})"));
    CHECK(engine.refusal("DeleteTable",
                         R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/music"})") ==
          "ThrottlingException: The rate of control plane requests made by this account is too high");
    CHECK(engine.refusal("DescribeTable", R"({"TableName":"counters"})") == "accepted");
    CHECK(engine.refusal("ListTables", "{}") == "accepted");
    engine.script(
        {failing("ListTables", "LimitExceededException"), failing("GetRecords", "ExpiredIteratorException")});
    CHECK(engine.refusal("ListTables", "{}") ==
          "LimitExceededException: Too many operations for a given subscriber.");
    CHECK(engine.refusal("GetRecords", R"({"ShardIterator":"x"})") ==
          "ExpiredIteratorException: The shard iterator has expired and can no longer be used.");
}

TEST_CASE("A client in the same process gets an error in place of a lost answer", "[faults]") {
    FaultyEngine engine;
    const std::string lost = "ServiceUnavailable: A scripted fault closed the connection.";
    const std::string key = R"({"artist":{"S":"Nils"},"song":{"S":"Over"}})";
    FaultRule rule;
    rule.operation = "PutItem";
    rule.effect.answer.connection = ConnectionFault::closed_before_work;
    engine.script({rule});
    CHECK(engine.refusal("PutItem", put_music) == lost);
    CHECK(engine.item("music", key).is_null());
    rule.effect.answer.connection = ConnectionFault::closed_after_work;
    engine.script({rule});
    CHECK(engine.refusal("PutItem", put_music) == lost);
    CHECK(engine.item("music", key).is_object());
}

TEST_CASE("The caller of an operation learns how to delay or lose its answer", "[faults]") {
    FaultyEngine engine;
    FaultRule slow = failing("PutItem", "ThrottlingException");
    slow.effect.answer.delay = milliseconds(20);
    slow.effect.waits_on_clock = true;
    slow.effect.answer.retry_after = milliseconds(50);
    engine.script({slow});
    std::unique_ptr<const AnswerFault> fault;
    const Operation& put = *engine.engine.find("PutItem");
    CHECK_THROWS_AS(engine.engine.execute(put, json(put_music).as_object(), {}, {.fault = &fault}), ApiError);
    REQUIRE(fault != nullptr);
    CHECK(fault->delay == milliseconds(20));
    CHECK(fault->clock == &engine.clock);
    CHECK(fault->retry_after == milliseconds(50));
    CHECK_FALSE(fault->loses_answer());
    fault.reset();
    engine.script({});
    engine.engine.execute(put, json(put_music).as_object(), {}, {.fault = &fault});
    CHECK(fault == nullptr);
}

}  // namespace tailrace::operation
