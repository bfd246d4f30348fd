#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

const std::string too_deep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
    "supported "
    "limit";
const std::string syntax_error = R"(Invalid ConditionExpression: Syntax error; token: "=", near: "= = b")";

std::string nested(int levels) {
    std::string value = R"({"S":"leaf"})";
    for (int i = 0; i < levels; ++i) value = R"({"M":{"n":)" + value + "}}";
    return value;
}

std::string key(const std::string& value = R"({"S":"a"})") {
    return R"({"pk":)" + value + R"(,"sk":{"S":"1"}})";
}

std::string put(const std::string& attributes, const std::string& more = "") {
    return R"({"Put":{"TableName":"none","Item":{"pk":{"S":"a"},)" + attributes + "}" + more + "}}";
}

std::string erase(const std::string& value, const std::string& more = "") {
    return R"({"Delete":{"TableName":"none","Key":)" + key(value) + more + "}}";
}

const std::string unnamed = R"("":{"S":"x"})";
const std::string faulty_condition = R"(,"ConditionExpression":"a = = b")";

std::string deep(int levels) {
    return R"("d":)" + nested(levels);
}

std::string transact(TestEngine& engine, const std::string& first, const std::string& second = "") {
    const std::string members = first + (second.empty() ? "" : ",") + second;
    const std::string opening = "ValidationException: ";
    const std::string fault = engine.refusal("TransactWriteItems", R"({"TransactItems":[)" + members + "]}");
    return fault.starts_with(opening) ? fault.substr(opening.size()) : "other: " + fault;
}

}  // namespace

// The table does not exist: each fault is reported before the table is looked up. Source: the observations of
// AWS in paritysuite/dynamodb-conformance, deepRequests.test.ts, October 2026.
TEST_CASE("a transaction reports the first fault of its members, however deep another is", "[deep]") {
    TestEngine engine;
    CHECK(transact(engine, put(deep(40)), put(unnamed)) == too_deep);
    CHECK(transact(engine, put(unnamed), put(deep(100))) == "Empty attribute name");
    CHECK(transact(engine, put(deep(100) + "," + unnamed)) == "Empty attribute name");
    CHECK(transact(engine, put(unnamed + "," + deep(100))) == "Empty attribute name");
    CHECK(transact(engine, put(R"("m":{"M":{"":{"S":"x"}}},)" + deep(40))) == too_deep);
    CHECK(transact(engine, put(unnamed), erase(nested(100))) == "Empty attribute name");
    CHECK(transact(engine, erase(nested(40)), put(R"("b":{"S":"x"})", faulty_condition)) == too_deep);
    CHECK(transact(engine, put(R"("b":{"S":"x"})", faulty_condition), erase(nested(100))) == syntax_error);
    const std::string unused =
        R"({"Update":{"TableName":"none","Key":)" + key() +
        R"(,"UpdateExpression":"SET a = :v","ExpressionAttributeValues":{":v":{"S":"x"},":u":{"S":"y"}}}})";
    CHECK(transact(engine, unused, erase(nested(100))) ==
          "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}");
    CHECK(transact(engine, erase(nested(100)), unused) == too_deep);
    const std::string check = R"({"ConditionCheck":{"TableName":"none","Key":)" + key() +
                              R"(,"ConditionExpression":"d = :d","ExpressionAttributeValues":{":d":)" +
                              nested(40) + "}}}";
    CHECK(transact(engine, check, put(unnamed)) ==
          "ExpressionAttributeValues contains invalid value: " + too_deep + " for key :d");
}

TEST_CASE("a transaction reports the expressions of a member before its deep key", "[deep]") {
    TestEngine engine;
    CHECK(transact(engine, erase(nested(100), faulty_condition)) == syntax_error);
    const std::string sound = R"j(,"ConditionExpression":"attribute_exists(a)")j";
    CHECK(transact(engine, erase(nested(100), sound)) == too_deep);
    std::string condition = "a = :v";
    for (int i = 0; i < 373; ++i) condition += " AND a = :v";
    CHECK(transact(engine, erase(nested(100), R"(,"ConditionExpression":")" + condition +
                                                  R"(","ExpressionAttributeValues":{":v":{"S":"x"}})")) ==
          "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression "
          "size: 4109");
}

// Beyond 62 levels, the messages of PutItem, UpdateItem and DeleteItem lack "1 validation error detected",
// the beginning of AWS's newer wording.
TEST_CASE("a deep request is answered in the older words", "[deep]") {
    TestEngine engine;
    const auto erase_if = [&](int levels) {
        return engine.refusal("DeleteItem",
                              R"({"TableName":"none","Key":)" + key() +
                                  R"(,"ReturnValues":"UPDATED_NEW","ConditionExpression":"d = :d",)"
                                  R"("ExpressionAttributeValues":{":d":)" +
                                  nested(levels) + "}}");
    };
    CHECK(erase_if(40) ==
          "ValidationException: 1 validation error detected: ReturnValues can only be ALL_OLD or NONE");
    CHECK(erase_if(100) == "ValidationException: ReturnValues can only be ALL_OLD or NONE");
    const auto put_deep = [&](int levels) {
        return engine.refusal("PutItem", R"({"TableName":"none","Item":{)" + deep(levels) + "}}");
    };
    CHECK(put_deep(40) == "ValidationException: 1 validation error detected: " + too_deep);
    CHECK(put_deep(100) == "ValidationException: " + too_deep);
}
