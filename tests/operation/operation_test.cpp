#include "engine/operation/operation.hpp"

#include "tests/operation/engine_fixture.hpp"

namespace tailrace::operation {
namespace {

std::string mixture(const std::string& older, const std::string& newer) {
    return "Can not use both expression and non-expression parameters in the same request: Non-expression "
           "parameters: {" +
           older + "} Expression parameters: {" + newer + "}";
}

}  // namespace

TEST_CASE("operations are found by their names", "[operation]") {
    CHECK(find_operation("PutItem")->name == "PutItem");
    CHECK(find_operation("PutItem")->service == Service::dynamodb);
    for (const std::string_view name : {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}) {
        REQUIRE(find_operation(name) != nullptr);
        CHECK(find_operation(name)->service == Service::streams);
    }
    CHECK(find_operation("PutItems") == nullptr);
    CHECK(find_operation("") == nullptr);
    CHECK(TestEngine().refusal("PutItems", "{}") == "UnknownOperationException: ");
}

// The rules in an operation's row are checked before its table is looked up.
TEST_CASE("each operation has expressions of its own", "[operation]") {
    TestEngine engine;
    const std::string opening = "ValidationException: ";
    const std::string table = R"({"TableName":"none",)";
    const std::string write = R"("Expected":{},"ConditionExpression":"a = :a"})";
    const std::string detected = opening + "1 validation error detected: ";
    CHECK(engine.refusal("PutItem", table + R"("Item":{},)" + write) ==
          detected + mixture("Expected", "ConditionExpression"));
    CHECK(engine.refusal("UpdateItem", table + R"("Key":{},"AttributeUpdates":{},)" + write) ==
          detected + mixture("AttributeUpdates, Expected", "ConditionExpression"));
    CHECK(engine.refusal("DeleteItem", table + R"("Key":{},)" + write) ==
          detected + mixture("Expected", "ConditionExpression"));
    const std::string read = R"("AttributesToGet":["a"],"ProjectionExpression":"a")";
    CHECK(engine.refusal("GetItem", table + R"("Key":{},)" + read + "}") ==
          opening + mixture("AttributesToGet", "ProjectionExpression"));
    CHECK(engine.refusal("Query", table + R"("KeyConditions":{},)" + read + "}") ==
          opening + mixture("AttributesToGet", "ProjectionExpression"));
    CHECK(engine.refusal("Scan", table + R"("ScanFilter":{},)" + read + "}") ==
          opening + mixture("AttributesToGet, ScanFilter", "ProjectionExpression"));
}

TEST_CASE("placeholders need one of the operation's expressions", "[operation]") {
    TestEngine engine;
    const std::string values = R"("ExpressionAttributeValues":{":a":{"S":"a"}}})";
    const std::string fault = "ExpressionAttributeValues can only be specified when using expressions";
    const std::string table = R"({"TableName":"none",)";
    for (const auto& [operation, member] :
         {std::pair("PutItem", "Item"), std::pair("DeleteItem", "Key"), std::pair("UpdateItem", "Key")}) {
        CHECK(engine.refusal(operation, table + "\"" + member + "\":{}," + values) ==
              "ValidationException: 1 validation error detected: " + fault);
        CHECK(engine.refusal(operation,
                             table + "\"" + member + R"(":{},"ExpressionAttributeNames":{"#a":"a"}})") ==
              "ValidationException: 1 validation error detected: ExpressionAttributeNames can only be "
              "specified when using expressions");
    }
    CHECK(engine.refusal("Query", table + values) ==
          "ValidationException: " + fault + ": FilterExpression and KeyConditionExpression are null");
    CHECK(engine.refusal("Scan", table + values) ==
          "ValidationException: " + fault + ": FilterExpression is null");
}

}  // namespace tailrace::operation
