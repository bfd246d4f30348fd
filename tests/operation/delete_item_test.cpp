#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

const std::string key = R"({"artist":{"S":"a"},"song":{"S":"s"}})";

std::string erase(const std::string& more = "") {
    return R"({"TableName":"music","Key":)" + key + (more.empty() ? "" : "," + more) + "}";
}

}  // namespace

TEST_CASE("DeleteItem removes the item and returns it on request", "[delete_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {R"({"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}})"});
    CHECK(engine.answer("DeleteItem", erase(R"("ReturnValues":"ALL_OLD")")) ==
          json(R"({"Attributes":{"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}}})"));
    CHECK(engine.item("music", key).is_null());
    CHECK(engine.answer("DeleteItem", erase(R"("ReturnValues":"ALL_OLD")")) == json("{}"));
}

TEST_CASE("DeleteItem keeps the item when its condition does not hold", "[delete_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {key});
    const std::string condition = R"("ConditionExpression":"plays > :n",
                                     "ExpressionAttributeValues":{":n":{"N":"1"}})";
    CHECK(engine.refusal("DeleteItem", erase(condition)) ==
          "ConditionalCheckFailedException: The conditional request failed");
    CHECK(engine.item("music", key) == json(key));
}

TEST_CASE("DeleteItem checks the key and its return values", "[delete_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("DeleteItem", R"({"TableName":"music","Key":{"artist":{"S":"a"}}})") ==
          "ValidationException: The provided key element does not match the schema");
    CHECK(engine.refusal("DeleteItem", erase(R"("ReturnValues":"ALL_NEW")")) ==
          "ValidationException: ReturnValues can only be ALL_OLD or NONE");
    CHECK(engine.refusal("DeleteItem", R"({"TableName":"nowhere","Key":{}})") ==
          "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE("DeleteItem counts the item that it removes", "[delete_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music",
               {R"({"artist":{"S":"a"},"song":{"S":"s"},"t":{"S":")" + std::string(2000, 'x') + R"("}})"});
    const std::string total = R"("ReturnConsumedCapacity":"TOTAL")";
    CHECK(engine.answer("DeleteItem", erase(total)) ==
          json(R"({"ConsumedCapacity":{"TableName":"music","CapacityUnits":2.0}})"));
    CHECK(engine.answer("DeleteItem", erase(total)) ==
          json(R"({"ConsumedCapacity":{"TableName":"music","CapacityUnits":1.0}})"));
}
