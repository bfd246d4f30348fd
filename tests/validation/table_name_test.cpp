#include <string>

#include "tests/catch.hpp"
#include "tests/validation/shape_answer.hpp"

TEST_CASE("operations on items list a missing table with the other errors", "[shape]") {
    CHECK(answer("PutItem", "{}") ==
          errors(2,
                 "Value null at 'tableName' failed to satisfy constraint: Member must not be null; "
                 "Value null at 'item' failed to satisfy constraint: Member must not be null"));
    CHECK(answer("PutItem", R"({"Item":{}})") ==
          errors(1, "Value null at 'tableName' failed to satisfy constraint: Member must not be null"));
}

// The name decides where a request goes, so its faults are reported alone.
TEST_CASE("a malformed table name is answered alone", "[shape]") {
    const std::string at = "' at 'tableName' failed to satisfy constraint: Member must ";
    const std::string long_name(256, 'a');
    const std::string empty =
        errors(1,
               "Value at 'TableName' failed to satisfy constraint: Member must have length greater than "
               "or equal to 1");
    CHECK(answer("PutItem", R"({"TableName":"","ReturnValues":"x","Item":{}})") == empty);
    CHECK(answer("UpdateItem", R"({"TableName":"","Key":{}})") == empty);
    CHECK(answer("DeleteItem", R"({"TableName":"","Key":{}})") == empty);
    CHECK(answer("GetItem", R"({"TableName":"","Key":{}})") ==
          errors(1, "Value '" + at + "have length greater than or equal to 1"));
    CHECK(answer("PutItem", R"({"TableName":"bad table!@#","Item":{}})") ==
          errors(1, "Value 'bad table!@#" + at + "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
    CHECK(answer("PutItem", R"({"TableName":")" + long_name + R"(","Item":{}})") ==
          errors(1, "Value '" + long_name + at + "have length less than or equal to 255"));
    CHECK(answer("GetItem", R"({"TableName":"a;","Key":{}})") ==
          errors(2, "Value 'a;" + at + "have length greater than or equal to 3; Value 'a;" + at +
                        "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
    CHECK(answer("CreateTable", R"({"TableName":"ab"})") ==
          errors(1, "Value 'ab" + at + "have length greater than or equal to 3"));
    CHECK(answer("DescribeTable", R"({"TableName":""})") ==
          errors(2, "Value '" + at + "have length greater than or equal to 3; Value '" + at +
                        "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
}

// If the request also lacks a member, all faults are reported together, without a special place for the
// table's name.
TEST_CASE("a malformed table name is listed with what is missing", "[shape]") {
    const std::string name =
        "Value '' at 'tableName' failed to satisfy constraint: Member must have length "
        "greater than or equal to 1; ";
    const std::string no_key = "Value null at 'key' failed to satisfy constraint: Member must not be null";
    CHECK(answer("GetItem", R"({"TableName":""})") == errors(2, name + no_key));
    CHECK(answer("UpdateItem", R"({"TableName":""})") == errors(2, name + no_key));
    CHECK(answer("UpdateItem", R"({"ReturnConsumedCapacity":"ANY","TableName":"","ReturnValues":"NO",
                                   "ConditionalOperator":"XOR"})") ==
          errors(5,
                 "Value 'ANY' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy "
                 "enum value set: [INDEXES, TOTAL, NONE]; " +
                     name +
                     "Value 'NO' at 'returnValues' failed to satisfy constraint: Member must satisfy enum "
                     "value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value 'XOR' at "
                     "'conditionalOperator' failed to satisfy constraint: Member must satisfy enum value "
                     "set: [OR, AND]; " +
                     no_key));
}

TEST_CASE("a table may be named by its ARN", "[shape]") {
    const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/abc";
    CHECK(answer("PutItem", R"({"TableName":")" + arn + R"(","Item":{}})") == "accepted");
    CHECK(answer("DescribeTable", R"({"TableName":")" + arn + R"("})") == "accepted");
    CHECK(answer("BatchGetItem", R"({"RequestItems":{")" + arn + R"(":{"Keys":[{}]}}})") == "accepted");
    const std::string format =
        "Valid ARN format is 'arn:<awsPartition>:<vendor>:<region>:<subscriber>:resourceType/resourceName', "
        "where Resource name must have length less than or equal to 255, Resource name must have length "
        "greater than or equal to 3, Resource name must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
    for (const std::string& other :
         {arn + "/index/abc", arn + "/stream/2026-01-01T00:00:00.000", arn + std::string(256, 'a'),
          std::string("arn:aws:dynamodb:us-east-1:000000000000:table/ab"),
          std::string("arn:aws:dynamodb:us-east-1:000000000000:stream/abc"), std::string("arn:abc")}) {
        CHECK(answer("DescribeTable", R"({"TableName":")" + other + R"("})") == errors(1, format));
        CHECK(answer("GetItem", R"({"TableName":")" + other + R"(","Key":{}})") == errors(1, format));
    }
    CHECK(answer("TransactGetItems", R"({"TransactItems":[{"Get":{"Key":{},"TableName":")" + arn +
                                         R"(/index/abc"}}]})") == errors(1, format));
    const std::string overlong = arn + std::string(1024, 'a');
    CHECK(answer("PutItem", R"({"TableName":")" + overlong + R"(","Item":{}})") ==
          errors(1, "Value '" + overlong +
                        "' at 'tableName' failed to satisfy constraint: Member must have length less than or "
                        "equal to 1024"));
}

TEST_CASE("operations on tables have words of their own for a missing name", "[shape]") {
    for (const std::string_view operation : {"CreateTable", "UpdateTable", "DeleteTable", "DescribeTable",
                                             "DescribeTimeToLive", "UpdateTimeToLive"}) {
        INFO(operation);
        CHECK(answer(operation, "{}") ==
              "ValidationException: The parameter 'TableName' is required but was not present in the "
              "request");
    }
    for (const std::string_view operation : {"TagResource", "UntagResource", "ListTagsOfResource"}) {
        INFO(operation);
        CHECK(answer(operation, "{}") == "ValidationException: Invalid TableArn");
    }
}

// A batch of reads lists a table's name before a wrong constant; a batch of writes lists only the constant.
TEST_CASE("the names of a batch's tables have a place of their own among errors", "[shape]") {
    const std::string constant =
        "Value 'ANY' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum "
        "value "
        "set: [INDEXES, TOTAL, NONE]";
    CHECK(
        answer("BatchGetItem", R"({"ReturnConsumedCapacity":"ANY","RequestItems":{"aa;":{"Keys":[{}]}}})") ==
        errors(2, R"(Value '{"aa;":{"Keys":[{}]}}' at 'requestItems' failed to satisfy constraint: Map keys )"
                  "must satisfy constraint: [Member must have length less than or equal to 255, Member must "
                  "have length greater than or equal to 3, Member must satisfy regular expression pattern: "
                  "[a-zA-Z0-9_.-]+]; " +
                      constant));
    CHECK(answer("BatchWriteItem",
                 R"({"ReturnConsumedCapacity":"ANY","RequestItems":{"aa;":[{"PutRequest":{"Item":{}}}]}})") ==
          errors(1, constant));
}
