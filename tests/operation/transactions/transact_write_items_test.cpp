#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

std::string transact_write(const std::string& items, const std::string& more = "") {
    return R"({"TransactItems":[)" + items + "]" + (more.empty() ? "" : "," + more) + "}";
}

std::string member(const std::string& action, const std::string& content,
                   const std::string& table = "counters") {
    return R"({")" + action + R"(":{"TableName":")" + table + R"(",)" + content + "}}";
}

std::string put(int id, const std::string& more = "") {
    return member(
        "Put", R"("Item":{"id":{"N":")" + std::to_string(id) + R"("}})" + (more.empty() ? "" : "," + more));
}

/// The reasons of the TransactionCanceledException that the request must cause.
boost::json::value reasons(TestEngine& engine, const std::string& items) {
    const auto answer = engine.answer("TransactWriteItems", transact_write(items));
    REQUIRE(answer.at("__type") == "com.amazonaws.dynamodb.v20120810#TransactionCanceledException");
    return answer.at("CancellationReasons");
}

boost::json::value count(TestEngine& engine) {
    return engine.done("Scan", R"({"TableName":"counters","Select":"COUNT"})").at("Count");
}

}  // namespace

TEST_CASE("TransactWriteItems does all that it is asked for", "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("counters",
               {R"({"id":{"N":"2"},"n":{"N":"1"}})", R"({"id":{"N":"3"}})", R"({"id":{"N":"4"}})"});
    CHECK(engine.answer(
              "TransactWriteItems",
              transact_write(put(1) + "," +
                                 member("Update", R"("Key":{"id":{"N":"2"}},"UpdateExpression":"ADD n :v",
                                                         "ExpressionAttributeValues":{":v":{"N":"5"}})") +
                                 "," + member("Delete", R"("Key":{"id":{"N":"3"}})") + "," +
                                 member("ConditionCheck", R"j("Key":{"id":{"N":"4"}},
                                            "ConditionExpression":"attribute_exists(id)")j"),
                             R"("ReturnConsumedCapacity":"INDEXES")")) ==
          json(R"({"ConsumedCapacity":[{"TableName":"counters","WriteCapacityUnits":8.0,"CapacityUnits":8.0,
                   "Table":{"WriteCapacityUnits":8.0,"CapacityUnits":8.0}}]})"));
    CHECK(engine.item("counters", R"({"id":{"N":"1"}})").is_object());
    CHECK(engine.item("counters", R"({"id":{"N":"2"}})") == json(R"({"id":{"N":"2"},"n":{"N":"6"}})"));
    CHECK(engine.item("counters", R"({"id":{"N":"3"}})").is_null());
}

TEST_CASE("TransactWriteItems does nothing when a condition does not hold", "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("counters", {R"({"id":{"N":"2"},"n":{"N":"1"}})"});
    const std::string fresh = R"j("ConditionExpression":"attribute_not_exists(id)")j";
    const std::string items =
        put(1, fresh) + "," + put(2, fresh + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")");
    CHECK(engine.answer("TransactWriteItems", transact_write(items)) ==
          json(R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                   "Message":"Transaction cancelled, please refer cancellation reasons for specific )"
               R"(reasons [None, ConditionalCheckFailed]",
                   "CancellationReasons":[{"Code":"None"},
                       {"Code":"ConditionalCheckFailed","Message":"The conditional request failed",
                        "Item":{"id":{"N":"2"},"n":{"N":"1"}}}]})"));
    CHECK(count(engine) == 1);
}

// A fault that depends on the table belongs to one member; an empty key fails the whole request.
TEST_CASE("TransactWriteItems gives the reason of each member", "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.create_indexed_table();
    const std::string invalid = "One or more parameter values were invalid: ";
    const auto reason = [&](const std::string& bad) {
        const auto all = reasons(engine, put(1) + "," + bad);
        CHECK(all.at(0) == json(R"({"Code":"None"})"));
        CHECK(all.at(1).at("Code") == "ValidationError");
        return std::string(all.at(1).at("Message").as_string());
    };
    CHECK(reason(member("Put", R"("Item":{"id":{"S":"x"}})")) ==
          invalid + "Type mismatch for key id expected: N actual: S");
    CHECK(reason(member("Delete", R"("Key":{"id":{"S":"x"}})")) ==
          "The provided key element does not match the schema");
    CHECK(reason(member("Update", R"("Key":{"player":{"S":"p"},"game":{"S":"g"}},
              "UpdateExpression":"SET points = :v","ExpressionAttributeValues":{":v":{"S":"x"}})",
                        "scores")) ==
          invalid + "Type mismatch for Index Key points Expected: N Actual: S IndexName: by_game");
    CHECK(reason(member("Update", R"("Key":{"id":{"N":"2"}},"UpdateExpression":"SET a = b")")) ==
          "The provided expression refers to an attribute that does not exist in the item");
    CHECK(count(engine) == 0);
    CHECK(engine.refusal(
              "TransactWriteItems",
              transact_write(put(1) + "," +
                             member("Put", R"("Item":{"player":{"S":""},"game":{"S":"g"}})", "scores"))) ==
          "ValidationException: One or more parameter values are not valid. The AttributeValue for a key "
          "attribute cannot contain an empty string value. Key: player");
    CHECK(
        engine.refusal("TransactWriteItems",
                       transact_write(member("Update", R"("Key":{"player":{"S":"p"},"game":{"S":"g"}},
              "UpdateExpression":"SET #l = :v","ExpressionAttributeNames":{"#l":"level"},
              "ExpressionAttributeValues":{":v":{"S":""}})",
                                             "scores"))) ==
        "ValidationException: One or more parameter values are not valid. The update expression attempted to "
        "update a secondary index key to a value that is not supported. The AttributeValue for a key "
        "attribute cannot contain an empty string value.");
}

TEST_CASE("TransactWriteItems refuses what concerns the whole request", "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("TransactWriteItems",
                         transact_write(put(1) + "," + member("Delete", R"("Key":{"id":{"N":"1"}})"))) ==
          "ValidationException: Transaction request cannot include multiple operations on one item");
    CHECK(engine.refusal("TransactWriteItems",
                         transact_write(put(1) + "," + member("Delete", R"("Key":{})", "nowhere"))) ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(engine.refusal("TransactWriteItems", transact_write("{}")) ==
          "ValidationException: Invalid Request: TransactWriteRequest should contain Delete or Put or Update "
          "request");
    std::string large;
    for (int i = 0; i < 11; ++i) {
        large.append(i > 0 ? "," : "")
            .append(member("Put", R"("Item":{"id":{"N":")" + std::to_string(i) + R"("},"t":{"S":")" +
                                      std::string(400'000, 'x') + R"("}})"));
    }
    CHECK(engine.refusal("TransactWriteItems", transact_write(large)) ==
          "ValidationException: Transaction payload size cannot exceed 4MB. Payload Size: 4400054");
    CHECK(count(engine) == 0);
}

// The limit is on what is sent: keys, expressions and their placeholders, not the stored items.
TEST_CASE("TransactWriteItems counts its expressions, not the items it changes", "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string text = std::string(390'000, 'x');
    const auto all = [](const std::string& action, const std::string& more) {
        std::string members;
        for (int i = 1; i < 12; ++i) {
            members.append(i > 1 ? "," : "")
                .append(member(action, R"("Key":{"id":{"N":")" + std::to_string(i) + "\"}}" + more));
        }
        return transact_write(members);
    };
    for (int i = 1; i < 12; ++i) {
        engine.put("counters",
                   {R"({"id":{"N":")" + std::to_string(i) + R"("},"t":{"S":")" + text + R"("}})"});
    }
    // Each counts 4 bytes for its key, 20 for its expressions, 3 for the names and 390,000 for the value.
    const std::string update = R"(,"UpdateExpression":"SET #t = :t","ConditionExpression":"#id <> :t",
        "ExpressionAttributeNames":{"#t":"t","#id":"id"},"ExpressionAttributeValues":{":t":{"S":")";
    CHECK(engine.refusal("TransactWriteItems", all("Update", update + text + R"("}})")) ==
          "ValidationException: Transaction payload size cannot exceed 4MB. Payload Size: 4290297");
    CHECK(engine.refusal("TransactWriteItems", all("Delete", "")) == "accepted");
    CHECK(count(engine) == 0);
}

// A client that got no answer repeats its transaction with the same token.
TEST_CASE("TransactWriteItems carries out a token's transaction once in ten minutes",
          "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    const auto add = [&](const std::string& amount) {
        return engine.answer(
            "TransactWriteItems",
            transact_write(member("Update", R"("UpdateExpression":"ADD n :v","Key":{"id":{"N":"1"}},
                                         "ExpressionAttributeValues":{":v":{"N":")" +
                                                amount + R"("}})"),
                           R"("ClientRequestToken":"token-1","ReturnConsumedCapacity":"TOTAL")"));
    };
    const auto n = [&] { return engine.item("counters", R"({"id":{"N":"1"}})").at("n").at("N"); };
    CHECK(add("1") == json(R"({"ConsumedCapacity":[{"TableName":"counters","WriteCapacityUnits":2.0,
                               "CapacityUnits":2.0}]})"));
    engine.clock.advance(std::chrono::minutes(9));
    CHECK(add("1") == json(R"({"ConsumedCapacity":[{"TableName":"counters","ReadCapacityUnits":2.0,
                               "CapacityUnits":2.0}]})"));
    CHECK(n() == "1");
    CHECK(add("2").at("__type") == "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException");
    engine.clock.advance(std::chrono::minutes(2));
    add("2");
    CHECK(n() == "3");
    add("2");
    CHECK(n() == "3");
}

// A request counts as the same, in whatever order the members of its JSON objects are written.
TEST_CASE("TransactWriteItems recognises a request by what it says", "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string token = R"("ClientRequestToken":"t")";
    engine.done(
        "TransactWriteItems",
        transact_write(R"({"Put":{"TableName":"counters","Item":{"id":{"N":"1"},"a":{"S":"x"}}}})", token));
    CHECK(engine.refusal(
              "TransactWriteItems",
              transact_write(R"({"Put":{"Item":{"a":{"S":"x"},"id":{"N":"1"}},"TableName":"counters"}})",
                             token)) == "accepted");
}

// The table may have been deleted in the meantime, and another one created under its name.
TEST_CASE("TransactWriteItems that is repeated is judged by its tables as they are",
          "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string request = transact_write(put(1), R"("ClientRequestToken":"t")");
    CHECK(engine.refusal("TransactWriteItems", request) == "accepted");
    engine.done("DeleteTable", R"({"TableName":"counters"})");
    CHECK(engine.refusal("TransactWriteItems", request) ==
          "ResourceNotFoundException: Requested resource not found");
    engine.done("CreateTable", R"({"TableName":"counters","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"name","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"name","KeyType":"HASH"}]})");
    CHECK(engine.answer("TransactWriteItems", request).at("CancellationReasons") ==
          json(R"([{"Code":"ValidationError","Message":"One or more parameter values were invalid: )"
               R"(Missing the key name in the item"}])"));
}

TEST_CASE("TransactWriteItems that was cancelled leaves its token free", "[transact_write_items]") {
    TestEngine engine;
    engine.create_plain_tables();
    const std::string check = R"j(,{"ConditionCheck":{"TableName":"counters","Key":{"id":{"N":"2"}},
                                   "ConditionExpression":"attribute_exists(id)"}})j";
    const std::string token = R"("ClientRequestToken":"t")";
    CHECK(
        engine.refusal("TransactWriteItems", transact_write(put(1) + check, token)) ==
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
        "reasons [None, ConditionalCheckFailed]");
    engine.put("counters", {R"({"id":{"N":"2"}})"});
    CHECK(engine.refusal("TransactWriteItems", transact_write(put(1) + check, token)) == "accepted");
    CHECK(count(engine) == 2);
}
