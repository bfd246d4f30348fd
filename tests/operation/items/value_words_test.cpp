#include "tests/operation/engine_fixture.hpp"

using namespace tailrace;
using namespace tailrace::operation;

namespace {

struct Place {
    std::string operation;
    /// The request before and after the value.
    std::string opening;
    std::string closing;
    /// The text before and after the value's fault in the message.
    std::string before = {};
    std::string behind = {};
};

std::string refused(TestEngine& engine, const Place& place, const std::string& value) {
    return engine.refusal(place.operation, place.opening + value + place.closing);
}

std::string answer(const Place& place, const std::string& fault) {
    return "ValidationException: " + place.before + fault + place.behind;
}

const std::string invalid_values = "One or more parameter values were invalid: ";
const std::string wrapper = "ExpressionAttributeValues contains invalid value: ";
const std::string no_number = "The parameter cannot be converted to a numeric value";
const std::string some_key = R"("TableName":"counters","Key":{"id":{"N":"1"}},)";
const std::string condition = R"("ConditionExpression":"a = :v","ExpressionAttributeValues":{":v":)";

}  // namespace

// The operation decides which of AWS's two wordings applies, not the place of the value in the request.
TEST_CASE("Get, BatchGet and Query report faults in values with the newer wording", "[value_words]") {
    TestEngine engine;
    const std::string query = R"({"TableName":"counters","KeyConditionExpression":"id = :i",)";
    for (const Place& place : std::initializer_list<Place>{
             {"GetItem", R"({"TableName":"counters","Key":{"id":)", "}}"},
             {"BatchGetItem", R"({"RequestItems":{"counters":{"Keys":[{"id":)", "}]}}}"},
             {"Query", query + R"("ExpressionAttributeValues":{":i":)", "}}"},
             {"Query", query + R"("ExpressionAttributeValues":{":i":{"N":"1"}},"ExclusiveStartKey":{"id":)",
              "}}"},
             {"Query",
              R"({"TableName":"counters","KeyConditions":{"id":{"ComparisonOperator":"EQ",)"
              R"("AttributeValueList":[)",
              "]}}}"},
             {"Query",
              R"({"TableName":"counters","QueryFilter":{"a":{"ComparisonOperator":"EQ",)"
              R"("AttributeValueList":[)",
              "]}}}"}}) {
        CAPTURE(place.operation, place.opening);
        CHECK(refused(engine, place, R"({"N":""})") == answer(place, no_number + ": "));
        CHECK(refused(engine, place, R"({"SS":["b","a","b"]})") ==
              answer(place, invalid_values + R"(Input collection ["a", "b", "b"] contains duplicates.)"));
    }
}

// These operations also count the fault, unless it is a wrong type.
TEST_CASE("Put, Update and Delete report the fault of a value as one error", "[value_words]") {
    TestEngine engine;
    const std::string detected = "1 validation error detected: ";
    for (const Place& place : std::initializer_list<Place>{
             {"PutItem", R"({"TableName":"counters","Item":{"id":{"N":"1"},"a":)", "}}", detected},
             {"PutItem", R"({"TableName":"counters","Item":{"id":{"N":"1"}},)" + condition, "}}", detected},
             {"PutItem", R"({"TableName":"counters","Item":{"id":{"N":"1"}},"Expected":{"a":{"Value":)",
              "}}}", detected},
             {"UpdateItem", R"({"TableName":"counters","Key":{"id":)", "}}", detected},
             {"UpdateItem", "{" + some_key + condition, "}}", detected},
             {"UpdateItem", "{" + some_key + R"("AttributeUpdates":{"a":{"Value":)", "}}}", detected},
             {"DeleteItem", R"({"TableName":"counters","Key":{"id":)", "}}", detected},
             {"DeleteItem", "{" + some_key + condition, "}}", detected}}) {
        CAPTURE(place.operation, place.opening);
        CHECK(refused(engine, place, R"({"N":""})") == answer(place, no_number + ": "));
        CHECK(refused(engine, place, R"({"SS":["b","a","b"]})") ==
              answer(place, invalid_values + R"(Input collection ["a", "b", "b"] contains duplicates.)"));
        CHECK(refused(engine, place, R"({"NS":["2","1","2"]})") ==
              answer(place, invalid_values + "Input collection contains duplicates."));
        CHECK(refused(engine, place, R"({"BS":["AA==","AA=="]})") ==
              answer(place,
                     invalid_values + R"(Input collection ["AA==","AA=="]of type BS contains duplicates.)"));
        CHECK(refused(engine, place, R"({"NS":[]})") ==
              answer(place, invalid_values + "An number set  may not be empty"));
        CHECK(refused(engine, place, R"({"NULL":false})") ==
              answer(place, invalid_values + "Null attribute value types must have the value of true"));
        CHECK(refused(engine, place, "{}") ==
              "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the "
              "supported datatypes");
    }
}

// For a value in an expression these operations also name the parameter and the placeholder.
TEST_CASE("Scan, BatchWriteItem and transactions read values in the older way", "[value_words]") {
    TestEngine engine;
    const std::string for_key = " for key :v";
    for (const Place& place : std::initializer_list<Place>{
             {"Scan",
              R"({"TableName":"counters","FilterExpression":"a = :v","ExpressionAttributeValues":{":v":)",
              "}}", wrapper, for_key},
             {"Scan", R"({"TableName":"counters","ExclusiveStartKey":{"id":)", "}}"},
             {"Scan",
              R"({"TableName":"counters","ScanFilter":{"a":{"ComparisonOperator":"EQ",)"
              R"("AttributeValueList":[)",
              "]}}}"},
             {"BatchWriteItem", R"({"RequestItems":{"counters":[{"PutRequest":{"Item":{"id":)", "}}}]}}"},
             {"BatchWriteItem", R"({"RequestItems":{"counters":[{"DeleteRequest":{"Key":{"id":)", "}}}]}}"},
             {"TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"counters","Key":{"id":)",
              "}}}]}"},
             {"TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"counters","Item":{"id":)",
              "}}}]}"},
             {"TransactWriteItems", R"({"TransactItems":[{"Delete":{)" + some_key + condition, "}}}]}",
              wrapper, for_key},
         }) {
        CAPTURE(place.operation, place.opening);
        CHECK(refused(engine, place, R"({"N":""})") == answer(place, no_number));
        CHECK(refused(engine, place, R"({"NS":["2","1","2"]})") ==
              answer(place, "Input collection contains duplicates"));
        CHECK(refused(engine, place, R"({"SS":["b","a","b"]})") ==
              answer(place, invalid_values + "Input collection [b, a, b] contains duplicates."));
    }
}
