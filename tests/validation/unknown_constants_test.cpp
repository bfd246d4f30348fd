#include <string>

#include "tests/catch.hpp"
#include "tests/validation/shape_answer.hpp"

TEST_CASE("sets of values are printed in AWS's order", "[shape]") {
    CHECK(answer("PutItem",
                 R"({"TableName":"abc","Item":{},"ReturnConsumedCapacity":"hi",
                     "ReturnItemCollectionMetrics":"hi","ReturnValues":"hi"})") ==
          errors(3,
                 "Value 'hi' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy "
                 "enum value set: [INDEXES, TOTAL, NONE]; Value 'hi' at 'returnValues' failed to satisfy "
                 "constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, "
                 "UPDATED_NEW]; Value 'hi' at 'returnItemCollectionMetrics' failed to satisfy constraint: "
                 "Member must satisfy enum value set: [SIZE, NONE]"));
    CHECK(answer("Query", R"({"TableName":"abc","Select":"INVALID_VALUE"})") ==
          errors(1,
                 "Value 'INVALID_VALUE' at 'select' failed to satisfy constraint: Member must satisfy enum "
                 "value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"));
    CHECK(answer("UpdateTable", R"({"TableName":"abc","StreamSpecification":
                                    {"StreamEnabled":true,"StreamViewType":""}})") ==
          errors(1,
                 "Value '' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must "
                 "satisfy enum value set: [OLD_IMAGE, KEYS_ONLY, NEW_AND_OLD_IMAGES, NEW_IMAGE]"));
}

// AWS's newer wording shows neither the value nor the member, and its sets contain mistakes. The older
// wording is used if something is missing or another constraint is broken, except in Query.
TEST_CASE("a constant out of its set is reported in newer words", "[shape]") {
    const std::string returns =
        "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, "
        "UPDATE_NEW, NONE]";
    const std::string joins = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]";
    const std::string put = R"({"TableName":"abc","Item":{},)";
    const std::string key = R"({"TableName":"abc","Key":{},)";
    CHECK(answer("PutItem", put + R"("ReturnValues":"none"})") == errors(1, returns));
    CHECK(answer("UpdateItem", key + R"("ReturnValues":"ANY"})") == errors(1, returns));
    CHECK(answer("UpdateItem", key + R"("ReturnValues":"ANY","ReturnConsumedCapacity":"ANY"})") ==
          errors(1, returns));
    CHECK(answer("DeleteItem", key + R"("ReturnValues":"ANY"})") == errors(1, returns));
    CHECK(answer("PutItem", put + R"("ConditionalOperator":"XOR"})") == errors(1, joins));
    CHECK(answer("UpdateItem", key + R"("ConditionalOperator":"XOR"})") == errors(1, joins));
    CHECK(answer("DeleteItem", key + R"("ConditionalOperator":"XOR"})") == errors(1, joins));
    CHECK(answer("Query", R"({"TableName":"abc","ConditionalOperator":"XOR","Select":"BOGUS"})") ==
          "ValidationException: " + joins);
    CHECK(answer("Scan", R"({"TableName":"abc","ConditionalOperator":"XOR"})") ==
          errors(1,
                 "Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: Member must satisfy "
                 "enum value set: [OR, AND]"));
    CHECK(answer("DeleteItem", R"({"TableName":"abc","ReturnValues":"ANY"})") ==
          errors(2,
                 "Value 'ANY' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value "
                 "set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value null at 'key' failed to "
                 "satisfy constraint: Member must not be null"));
}

// A request nested too deep for AWS's newer reader is read by the older one, and gets its wording.
TEST_CASE("a constant out of its set is reported in older words beside a deep value", "[shape]") {
    const auto nested = [](int levels) {
        std::string value = R"({"S":"x"})";
        for (int i = 0; i < levels; ++i) value = R"({"M":{"n":)" + value + "}}";
        return value;
    };
    const auto erase = [&](const std::string& more) {
        return answer("DeleteItem", R"({"TableName":"abc","Key":{},"ReturnValues":"BOGUS",)" + more + "}");
    };
    const std::string newer = errors(1,
                                     "Failed to satisfy constraint: Member must satisfy enum value set: "
                                     "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]");
    const std::string older = errors(1,
                                     "Value 'BOGUS' at 'returnValues' failed to satisfy constraint: Member "
                                     "must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, "
                                     "UPDATED_NEW]");
    CHECK(erase(R"("ExpressionAttributeValues":{":v":)" + nested(40) + "}") == newer);
    CHECK(erase(R"("ExpressionAttributeValues":{":v":)" + nested(62) + "}") == newer);
    CHECK(erase(R"("ExpressionAttributeValues":{":v":)" + nested(63) + "}") == older);
    CHECK(erase(R"("Expected":{"d":{"Value":)" + nested(63) + "}}") == older);
    CHECK(answer("DeleteItem",
                 R"({"TableName":"abc","ReturnValues":"BOGUS","Key":{"pk":)" + nested(100) + "}}") == older);
    for (const std::string request : {R"("Item":{},)", R"("Key":{},)"}) {
        CHECK(answer(request == R"("Item":{},)" ? "PutItem" : "UpdateItem",
                     R"({"TableName":"abc",)" + request +
                         R"("ConditionalOperator":"XOR","Expected":{"a":{"Value":)" + nested(100) + "}}}") ==
              errors(1,
                     "Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: Member must satisfy "
                     "enum value set: [OR, AND]"));
    }
}

TEST_CASE("a transaction's token is reported before its constants", "[shape]") {
    CHECK(answer("TransactWriteItems",
                 R"({"ReturnConsumedCapacity":"BOGUS","TransactItems":[{}],"ClientRequestToken":")" +
                     std::string(37, 'x') + R"("})") ==
          errors(2, "Value '" + std::string(37, 'x') +
                        "' at 'clientRequestToken' failed to satisfy constraint: Member must have length "
                        "less than or equal to 36; Value 'BOGUS' at 'returnConsumedCapacity' failed to "
                        "satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"));
}
