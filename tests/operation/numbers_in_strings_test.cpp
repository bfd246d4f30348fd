#include "engine/operation/numbers_in_strings.hpp"

#include "tests/catch.hpp"

namespace json = boost::json;
using namespace tailrace::operation;

namespace {

std::string read(std::string_view operation, const std::string& request) {
    json::value value = json::parse(request);
    read_numbers_in_strings(operation, value.get_object());
    return json::serialize(value);
}

}  // namespace

TEST_CASE("a string becomes the number that it holds where the API has one", "[numbers]") {
    CHECK(read("CreateTable",
               R"({"TableName":"7","ProvisionedThroughput":{"ReadCapacityUnits":"3","WriteCapacityUnits":4},)"
               R"("GlobalSecondaryIndexes":[{"IndexName":"8",)"
               R"("ProvisionedThroughput":{"ReadCapacityUnits":"5","WriteCapacityUnits":"-6"}}]})") ==
          R"({"TableName":"7","ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4},)"
          R"("GlobalSecondaryIndexes":[{"IndexName":"8",)"
          R"("ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":-6}}]})");
    CHECK(read("Scan", R"({"Limit":"10","Segment":"0","TotalSegments":"2","FilterExpression":"1"})") ==
          R"({"Limit":10,"Segment":0,"TotalSegments":2,"FilterExpression":"1"})");
}

// An item may have attributes with these names, and its numbers are strings anyway.
TEST_CASE("an item's values are left alone", "[numbers]") {
    for (const char* request : {R"({"Item":{"Limit":{"N":"5"},"Segment":{"M":{"Limit":{"N":"5"}}}}})",
                                R"({"Item":{"Limit":"5"}})"}) {
        CHECK(read("PutItem", request) == request);
    }
}

TEST_CASE("what holds no whole number is left for others to refuse", "[numbers]") {
    for (const char* request : {R"({"Limit":""})", R"({"Limit":"5.5"})", R"({"Limit":" 5"})",
                                R"({"Limit":"five"})", R"({"Limit":"99999999999999999999"})",
                                R"({"Limit":["5"]})", R"({"Limit":null})", R"({"limit":"5"})"}) {
        CHECK(read("Scan", request) == request);
    }
    CHECK(read("CreateTable", R"({"ProvisionedThroughput":"5","GlobalSecondaryIndexes":{"a":"5"}})") ==
          R"({"ProvisionedThroughput":"5","GlobalSecondaryIndexes":{"a":"5"}})");
    CHECK(read("NoOperation", R"({"Limit":"5"})") == R"({"Limit":"5"})");
}
