#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string get(const std::string& key, const std::string& more = "") {
    return R"({"Get":{"TableName":"counters","Key":)" + key + (more.empty() ? "" : "," + more) + "}}";
}

std::string transact_get(const std::string& items, const std::string& more = "") {
    return R"({"TransactItems":[)" + items + "]" + (more.empty() ? "" : "," + more) + "}";
}

}  // namespace

TEST_CASE("TransactGetItems answers in the order of its members", "[transact_get_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("counters", {R"({"id":{"N":"1"},"n":{"N":"5"}})", R"({"id":{"N":"2"}})"});
    CHECK(engine.answer("TransactGetItems",
                        transact_get(get(R"({"id":{"N":"2"}})") + "," + get(R"({"id":{"N":"9"}})") + "," +
                                         get(R"({"id":{"N":"1"}})", R"("ProjectionExpression":"n")"),
                                     R"("ReturnConsumedCapacity":"TOTAL")")) ==
          json(R"({"Responses":[{"Item":{"id":{"N":"2"}}},{},{"Item":{"n":{"N":"5"}}}],
                   "ConsumedCapacity":[{"TableName":"counters","ReadCapacityUnits":6.0,
                                        "CapacityUnits":6.0}]})"));
}

// As on AWS. GetItem and BatchGetItem return an empty item instead.
TEST_CASE("TransactGetItems shows no item of which the projection leaves nothing", "[transact_get_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("counters", {R"({"id":{"N":"1"},"n":{"N":"5"}})"});
    const std::string key = R"({"id":{"N":"1"}})";
    CHECK(engine.answer("TransactGetItems", transact_get(get(key, R"("ProjectionExpression":"a")"))) ==
          json(R"({"Responses":[{}]})"));
    CHECK(engine.answer("GetItem", R"({"TableName":"counters","ProjectionExpression":"a","Key":)" + key +
                                       "}") == json(R"({"Item":{}})"));
    CHECK(engine.answer("BatchGetItem",
                        R"({"RequestItems":{"counters":{"ProjectionExpression":"a","Keys":[)" + key +
                            "]}}}") == json(R"({"Responses":{"counters":[{}]},"UnprocessedKeys":{}})"));
}

TEST_CASE("TransactGetItems is cancelled for a key that does not fit", "[transact_get_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.answer("TransactGetItems", transact_get(get(R"({"id":{"N":"1"}})") + "," + get("{}"))) ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                   "Message":"Transaction cancelled, please refer cancellation reasons for specific )"
               R"(reasons [None, ValidationError]",
                   "CancellationReasons":[{"Code":"None"},
                       {"Code":"ValidationError",
                        "Message":"The provided key element does not match the schema"}]})"));
}

TEST_CASE("TransactGetItems answers with 4 MB at the most", "[transact_get_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string text = std::string(400'000, 'x');
    std::string members;
    for (int i = 1; i < 12; ++i) {
        const std::string key = R"("id":{"N":")" + std::to_string(i) + "\"}";
        engine.put("counters", {"{" + key + R"(,"t":{"S":")" + text + R"("}})"});
        members.append(i > 1 ? "," : "").append(get("{" + key + "}"));
        if (i == 10) CHECK(engine.refusal("TransactGetItems", transact_get(members)) == "accepted");
    }
    CHECK(engine.refusal("TransactGetItems", transact_get(members)) ==
          "ValidationException: Payload in response is too large.4400099");
}

TEST_CASE("TransactGetItems refuses what concerns the whole request", "[transact_get_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string one = get(R"({"id":{"N":"1"}})");
    CHECK(engine.refusal("TransactGetItems", transact_get(one + "," + get(R"({"id":{"N":"1.0"}})"))) ==
          "ValidationException: Transaction request cannot include multiple operations on one item");
    CHECK(engine.refusal("TransactGetItems",
                         transact_get(R"({"Get":{"TableName":"nowhere","Key":{"id":{"N":"1"}}}})")) ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.refusal("TransactGetItems",
                         transact_get(get(R"({"id":{"N":"1"}})", R"("ProjectionExpression":"!!!")"))) ==
          R"(ValidationException: Invalid ProjectionExpression: Syntax error; token: "!", near: "!!")");
}
