#include "engine/model/request.hpp"

#include "tests/catch.hpp"

using tailrace::AttributeMap;
using tailrace::AttributeValue;
using tailrace::Request;
using tailrace::ValueWords;

namespace {

const boost::json::value sent = boost::json::parse(R"({"TableName":"music","Limit":2.9,"Total":"3",
    "ConsistentRead":"yes","Select":null,"Keys":[{"id":{"N":"1"}}],"Expected":{"a":{"Exists":false}},
    "Key":{"id":{"N":"1"}}})");

}  // namespace

TEST_CASE("a request's members are read by their names", "[request]") {
    const Request request(sent.as_object());
    CHECK(request.table_name() == "music");
    CHECK(request.text("TableName") == "music");
    CHECK(request.integer("Limit") == 2);
    CHECK(request.flag("ConsistentRead") == true);
    REQUIRE(request.list("Keys") != nullptr);
    CHECK(request.list("Keys")->size() == 1);
    REQUIRE(request.map("Expected") != nullptr);
    CHECK(request.map("Expected")->contains("a"));
    CHECK(request.attributes("Key") == AttributeMap{{"id", AttributeValue(tailrace::Number::parse("1"))}});
}

// Only a member that the operation does not know can have a type that the caller does not ask for.
TEST_CASE("a member that is null or of another type is not there", "[request]") {
    const Request request(sent.as_object());
    CHECK_FALSE(request.has("Select"));
    CHECK_FALSE(request.has("Segment"));
    CHECK(request.has("Total"));
    CHECK_FALSE(request.text("Select"));
    CHECK_FALSE(request.text("Limit"));
    CHECK_FALSE(request.integer("Total"));
    CHECK_FALSE(request.flag("Limit"));
    CHECK(request.list("Key") == nullptr);
    CHECK(request.map("Keys") == nullptr);
    CHECK_FALSE(request.structure("TableName"));
}

TEST_CASE("a structure is read in the words of its request", "[request]") {
    const Request request(sent.as_object(), {.values = ValueWords::newer});
    const auto expected = request.structure("Expected");
    REQUIRE(expected);
    CHECK(expected->wording().values == ValueWords::newer);
    const Request condition = expected->element(*expected->find("a"));
    CHECK(condition.wording().values == ValueWords::newer);
    CHECK(condition.flag("Exists") == false);
}

// A request with many members is searched in another way.
TEST_CASE("a member is found among many", "[request]") {
    boost::json::object many;
    for (int i = 0; i < 100; ++i) many["member" + std::to_string(i)] = i;
    const Request request(many);
    CHECK(request.integer("member0") == 0);
    CHECK(request.integer("member99") == 99);
    CHECK_FALSE(request.has("member100"));
}
