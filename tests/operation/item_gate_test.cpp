#include "engine/table/database.hpp"
#include "tests/operation/engine_fixture.hpp"
#include "tests/table/recording_gate.hpp"

// Where operations ask the gates, as "Order of checks" in engine/README.md says.

namespace tailrace::operation {
namespace {

using Lines = std::vector<std::string>;

const std::string refused = "ServiceUnavailable: later";

/// An engine with the item 1 in "counters" and a gate that refuses everything.
struct GuardedEngine {
    GuardedEngine() {
        test.create_plain_tables();
        test.put("counters", {R"({"id":{"N":"1"},"n":{"N":"5"}})"});
        test.engine.database().add_gate(gate);
        gate.answer = ApiError(exceptions::service_unavailable, "later");
    }

    std::string refusal(const std::string& operation, const std::string& members,
                        const std::string& table = "counters") {
        return test.refusal(operation, R"({"TableName":")" + table + R"(",)" + members + "}");
    }

    tests::RecordingGate gate;
    TestEngine test;
};

std::string key(const std::string& value) {
    return R"("Key":{"id":{)" + value + "}}";
}

const std::string right_key = key(R"("N":"1")");
const std::string wrong_key = key(R"("S":"1")");
const std::string missing_table = "ResourceNotFoundException: Requested resource not found";
const std::string key_mismatch = "ValidationException: The provided key element does not match the schema";
const std::string failing_condition = R"j(,"ConditionExpression":"attribute_not_exists(id)")j";

std::string text_of(std::size_t size) {
    return R"({"S":")" + std::string(size, 'x') + R"("})";
}

}  // namespace

TEST_CASE("PutItem asks the gates after the item's size and key, before the condition", "[item_gate]") {
    GuardedEngine engine;
    const auto put = [&](const std::string& item, const std::string& more = "",
                         const std::string& table = "counters") {
        return engine.refusal("PutItem", R"("Item":)" + item + more, table);
    };
    CHECK(put(R"({"id":{"N":"x"}})") ==
          "ValidationException: 1 validation error detected: The parameter cannot be converted to a numeric "
          "value: x");
    CHECK(put(R"({"id":{"N":"1"},"t":)" + text_of(410'000) + "}") ==
          "ValidationException: Item size has exceeded the maximum allowed size");
    CHECK(put(R"({"id":{"N":"1"}})", "", "nowhere") == missing_table);
    CHECK(put("{}") ==
          "ValidationException: One or more parameter values were invalid: Missing the key id in the item");
    CHECK(engine.gate.asked.empty());
    CHECK(put(R"({"id":{"N":"1"}})", failing_condition) == refused);
    CHECK(engine.gate.asked == Lines{"PutItem counters write"});
}

TEST_CASE("DeleteItem asks the gates after the key, before the condition", "[item_gate]") {
    GuardedEngine engine;
    CHECK(engine.refusal("DeleteItem", right_key, "nowhere") == missing_table);
    CHECK(engine.refusal("DeleteItem", wrong_key) == key_mismatch);
    CHECK(engine.gate.asked.empty());
    CHECK(engine.refusal("DeleteItem", right_key + failing_condition) == refused);
    CHECK(engine.gate.asked == Lines{"DeleteItem counters write"});
}

TEST_CASE("UpdateItem asks the gates after the statement's size, before the condition and the item",
          "[item_gate]") {
    GuardedEngine engine;
    const auto update = [&](const std::string& expression, const std::string& more = "") {
        return engine.refusal("UpdateItem", right_key + R"(,"UpdateExpression":")" + expression + '"' + more);
    };
    const auto value = [](const std::string& text) {
        return R"(,"ExpressionAttributeValues":{":v":)" + text + "}";
    };
    CHECK(engine.refusal("UpdateItem", right_key, "nowhere") == missing_table);
    CHECK(engine.refusal("UpdateItem", wrong_key) == key_mismatch);
    CHECK(update("SET id = :v", value(R"({"N":"2"})")) ==
          "ValidationException: One or more parameter values were invalid: Cannot update attribute id. This "
          "attribute is part of the key");
    CHECK(update("SET t = :v", value(text_of(410'000))) ==
          "ValidationException: Item size to update has exceeded the maximum allowed size");
    CHECK(engine.gate.asked.empty());
    CHECK(update("SET n = :v", value(R"({"N":"2"})") + failing_condition) == refused);
    CHECK(update("SET n = n2") == refused);
    CHECK(engine.gate.asked == Lines(2, "UpdateItem counters write"));
}

TEST_CASE("An update that makes an item too large is found after the gates", "[item_gate]") {
    GuardedEngine engine;
    engine.gate.answer.reset();
    engine.test.put("counters", {R"({"id":{"N":"2"},"a":)" + text_of(300'000) + "}"});
    const std::string grow = key(R"("N":"2")") + R"(,"UpdateExpression":"SET b = :v",
        "ExpressionAttributeValues":{":v":)" +
                             text_of(300'000) + "}";
    CHECK(engine.refusal("UpdateItem", grow) ==
          "ValidationException: Item size to update has exceeded the maximum allowed size");
    engine.gate.answer = ApiError(exceptions::service_unavailable, "later");
    CHECK(engine.refusal("UpdateItem", grow) == refused);
}

TEST_CASE("Reads ask the gates after the table, the key and the starting key", "[item_gate]") {
    GuardedEngine engine;
    CHECK(engine.refusal("GetItem", right_key, "nowhere") == missing_table);
    CHECK(engine.refusal("GetItem", wrong_key) == key_mismatch);
    CHECK(engine.refusal("GetItem", right_key + R"(,"ProjectionExpression":"id.a")") ==
          "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' "
          "are not allowed: Key: id");
    const std::string condition = R"("KeyConditionExpression":"id = :v",
        "ExpressionAttributeValues":{":v":{"N":"1"}})";
    const std::string wrong_start = R"(,"ExclusiveStartKey":{"id":{"S":"1"}})";
    CHECK(engine.refusal("Query", condition, "nowhere") == missing_table);
    CHECK(engine.refusal("Query", condition + wrong_start) != refused);
    CHECK(engine.refusal("Scan", R"("Limit":1)", "nowhere") == missing_table);
    CHECK(engine.refusal("Scan", R"("Limit":1)" + wrong_start) != refused);
    CHECK(engine.gate.asked.empty());
    CHECK(engine.refusal("GetItem", right_key) == refused);
    CHECK(engine.refusal("Query", condition) == refused);
    CHECK(engine.refusal("Scan", R"("Limit":1)") == refused);
    CHECK(engine.gate.asked ==
          Lines{"GetItem counters read", "Query counters read of a page", "Scan counters read of a page"});
}

TEST_CASE("A batch asks the gates for each item and leaves what they refuse unprocessed", "[item_gate]") {
    GuardedEngine engine;
    const std::string requests = R"({"counters":[{"PutRequest":{"Item":{"id":{"N":"2"}}}},
                                                 {"DeleteRequest":{"Key":{"id":{"N":"1"}}}}]})";
    CHECK(engine.test.refusal("BatchWriteItem", R"({"RequestItems":{"counters":[
              {"PutRequest":{"Item":{"id":{"N":"2"}}}},{"DeleteRequest":{"Key":{"id":{"S":"1"}}}}]}})") ==
          key_mismatch);
    CHECK(engine.gate.asked.empty());
    CHECK(engine.test.done("BatchWriteItem", R"({"RequestItems":)" + requests + "}") ==
          json(R"({"UnprocessedItems":)" + requests + "}"));
    CHECK(engine.gate.asked == Lines(2, "BatchWriteItem counters write"));
    engine.gate.asked.clear();

    const std::string keys = R"({"counters":{"Keys":[{"id":{"N":"1"}},{"id":{"N":"2"}}]}})";
    CHECK(engine.test.done("BatchGetItem", R"({"RequestItems":)" + keys + "}") ==
          json(R"({"Responses":{"counters":[]},"UnprocessedKeys":)" + keys + "}"));
    CHECK(engine.gate.asked == Lines(2, "BatchGetItem counters read"));
}

TEST_CASE("A transaction asks the gates once all of its members are checked", "[item_gate]") {
    GuardedEngine engine;
    const auto transact = [&](const std::string& operation, const std::string& members) {
        return engine.test.answer(operation, R"({"TransactItems":[)" + members + "]}");
    };
    const std::string remove = R"({"Delete":{"TableName":"counters",)" + right_key + failing_condition + "}}";
    const std::string faulty = R"({"Delete":{"TableName":"counters",)" + wrong_key + "}}";
    CHECK(transact("TransactWriteItems", remove + "," + faulty).at("CancellationReasons").at(1).at("Code") ==
          "ValidationError");
    CHECK(transact("TransactWriteItems", remove + "," + remove).at("message") ==
          "Transaction request cannot include multiple operations on one item");
    CHECK(engine.gate.asked.empty());

    CHECK(transact("TransactWriteItems", remove).at("__type") ==
          "com.amazon.coral.availability#ServiceUnavailable");
    engine.gate.answer = ApiError(exceptions::transaction_conflict);
    CHECK(transact("TransactWriteItems", remove).at("CancellationReasons") ==
          json(R"([{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"}])"));
    const std::string get = R"({"Get":{"TableName":"counters",)" + right_key + "}}";
    CHECK(transact("TransactGetItems", get).at("CancellationReasons") ==
          json(R"([{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"}])"));
    CHECK(engine.gate.asked == Lines{"TransactWriteItems counters write", "TransactWriteItems counters write",
                                     "TransactGetItems counters transactional read"});
}

}  // namespace tailrace::operation
