#include <string>

#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {
namespace {

/// What an operation answers to a request on a table "plain" with one legacy parameter besides.
std::string message(const std::string& operation, const std::string& parameters) {
    TestEngine engine;
    const auto answer = engine.answer(operation, R"({"TableName":"plain",)" + parameters + "}");
    return std::string(answer.at("message").as_string());
}

std::string refusal(const std::string& parameter) {
    return "Tailrace does not carry out the legacy parameter " + parameter +
           "; an expression can say the same.";
}

}  // namespace

// Passed over, Expected would make a conditional write unconditional and ScanFilter would return everything.
TEST_CASE("legacy parameters are refused by name", "[legacy]") {
    const std::string key = R"("Key":{"id":{"S":"a"}},)";
    CHECK(message("PutItem", R"("Item":{"id":{"S":"a"}},"Expected":{"id":{"Exists":false}})") ==
          refusal("Expected"));
    CHECK(message("DeleteItem", key + R"("Expected":{"id":{"Exists":false}})") == refusal("Expected"));
    CHECK(message("UpdateItem", key + R"("AttributeUpdates":{"n":{"Action":"DELETE"}})") ==
          refusal("AttributeUpdates"));
    CHECK(message("GetItem", key + R"("AttributesToGet":["n"])") == refusal("AttributesToGet"));
    CHECK(message("Query",
                  R"("KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}})") ==
          refusal("KeyConditions"));
    CHECK(message("Scan", R"("ScanFilter":{"n":{"ComparisonOperator":"NULL"}})") == refusal("ScanFilter"));
    TestEngine engine;
    const auto batch = engine.answer(
        "BatchGetItem", R"({"RequestItems":{"plain":{"Keys":[{"id":{"S":"a"}}],"AttributesToGet":["n"]}}})");
    CHECK(batch.at("message").as_string() == refusal("AttributesToGet"));
}

}  // namespace tailrace::operation
