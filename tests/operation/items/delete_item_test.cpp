#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

const std::string some_item = R"({"artist":{"S":"a"},"song":{"S":"s"}})";

std::string erase(const std::string& more = "") {
    return R"({"TableName":"music","Key":)" + some_item + (more.empty() ? "" : "," + more) + "}";
}

}  // namespace

TEST_CASE("DeleteItem removes the item and returns it on request", "[delete_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {R"({"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}})"});
    CHECK(engine.answer("DeleteItem", erase(R"("ReturnValues":"ALL_OLD")")) ==
          json(R"({"Attributes":{"artist":{"S":"a"},"song":{"S":"s"},"year":{"N":"1"}}})"));
    CHECK(engine.item("music", some_item).is_null());
    CHECK(engine.answer("DeleteItem", erase(R"("ReturnValues":"ALL_OLD")")) == json("{}"));
}

TEST_CASE("DeleteItem keeps the item when its condition does not hold", "[delete_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    engine.put("music", {some_item});
    const std::string condition = R"("ConditionExpression":"plays > :n",
                                     "ExpressionAttributeValues":{":n":{"N":"1"}})";
    CHECK(engine.refusal("DeleteItem", erase(condition)) ==
          "ConditionalCheckFailedException: The conditional request failed");
    CHECK(engine.item("music", some_item) == json(some_item));
}

TEST_CASE("DeleteItem checks the key and its return values", "[delete_item]") {
    TestEngine engine;
    engine.create_plain_tables();
    CHECK(engine.refusal("DeleteItem", R"({"TableName":"music","Key":{"artist":{"S":"a"}}})") ==
          "ValidationException: The provided key element does not match the schema");
    CHECK(engine.refusal("DeleteItem", R"({"TableName":"nowhere","Key":{}})") ==
          "ResourceNotFoundException: Requested resource not found");
}

// Messages about the request itself begin with "1 validation error detected", as in AWS's newer wording.
TEST_CASE("DeleteItem reports the faults of its parameters as one error", "[delete_item]") {
    TestEngine engine;
    const auto refused = [&](const std::string& more) { return engine.refusal("DeleteItem", erase(more)); };
    const std::string detected = "ValidationException: 1 validation error detected: ";
    const std::string condition = R"j("ConditionExpression":"attribute_exists(a)",)j";
    CHECK(refused(R"("ReturnValues":"ALL_NEW")") == detected + "ReturnValues can only be ALL_OLD or NONE");
    CHECK(refused(R"("ExpressionAttributeNames":{"#a":"a"})") ==
          detected + "ExpressionAttributeNames can only be specified when using expressions");
    CHECK(refused(R"("ExpressionAttributeValues":{":v":{"S":"x"}})") ==
          detected + "ExpressionAttributeValues can only be specified when using expressions");
    CHECK(refused(condition + R"("ExpressionAttributeValues":{})") ==
          detected + "ExpressionAttributeValues must not be empty");
    CHECK(refused(condition + R"("ExpressionAttributeValues":{":v":{"S":"x"}})") ==
          detected + "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
    CHECK(refused(R"("ConditionExpression":"")") ==
          detected + "Invalid ConditionExpression: The expression can not be empty;");
    CHECK(refused(condition + R"("Expected":{"a":{"Exists":false}})") ==
          detected +
              "Can not use both expression and non-expression parameters in the same request: Non-expression "
              "parameters: {Expected} Expression parameters: {ConditionExpression}");
    CHECK(refused(R"("Expected":{"a":{"Exists":true}})") ==
          detected +
              "One or more parameter values were invalid: Value must be provided when Exists is true for "
              "Attribute: a");
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
