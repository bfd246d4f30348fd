#include "engine/expression/placeholders.hpp"

#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

std::string reading(std::string_view names, std::string_view values = {}) {
    return message_of([&] { placeholders(names, values); });
}

}  // namespace

// Both maps may be absent or null; then no placeholder is defined.
TEST_CASE("Placeholders that are not given are not defined", "[placeholders]") {
    boost::json::object request;
    request["ExpressionAttributeNames"] = nullptr;
    Placeholders none = Placeholders::read(Request(request));
    CHECK(none.name("#a") == nullptr);
    CHECK(none.value(":a") == nullptr);
    CHECK_NOTHROW(none.require_all_used());
}

// A key consists of '#' or ':' and at least one letter, digit or underscore.
TEST_CASE("Placeholders reject malformed maps", "[placeholders]") {
    CHECK(reading("{}") == "ExpressionAttributeNames must not be empty");
    CHECK(reading(R"({"a":"a"})") ==
          R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "a")");
    CHECK(reading(R"({"#":"a"})") ==
          R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "#")");
    CHECK(reading(R"({"#a-b":"a"})") ==
          R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b")");
    CHECK(reading(R"({"#a":""})") ==
          "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a");
    CHECK(reading(R"({"#a":")" + std::string(65536, 'n') + R"("})") ==
          "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than "
          "65536 bytes for key #a");
    CHECK(reading("", "{}") == "ExpressionAttributeValues must not be empty");
    CHECK(reading("", R"({"b":{"S":"a"}})") ==
          R"(ExpressionAttributeValues contains invalid key: Syntax error; key: "b")");
}

// ExpressionAttributeNames is checked before ExpressionAttributeValues, and in each map the keys before the
// values.
TEST_CASE("Placeholders report in AWS's order", "[placeholders]") {
    CHECK(reading("{}", "{}") == "ExpressionAttributeNames must not be empty");
    CHECK(reading("", R"({":b":{"N":"x"},"b":{"S":"a"}})") ==
          R"(ExpressionAttributeValues contains invalid key: Syntax error; key: "b")");
}

// The message wraps the value's own message and ends with the key.
TEST_CASE("Placeholders reject invalid values", "[placeholders]") {
    CHECK(reading("", R"({":b":{}})") ==
          "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain "
          "exactly one of the supported datatypes for key :b");
    CHECK(reading("", R"({":b":{"SS":[]}})") ==
          "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An "
          "string set  may not be empty for key :b");
    CHECK(reading("", R"({":b":{"N":"x"}})") ==
          "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric "
          "value: x for key :b");
}

// With the newer wording, a fault of a number or a duplicate in a set is reported as it is; other faults are
// wrapped.
TEST_CASE("Placeholders may leave their names out", "[placeholders]") {
    const auto newer = [](const std::string& values) {
        return message_of([&] {
            const auto request = boost::json::parse(R"({"ExpressionAttributeValues":)" + values + "}");
            Placeholders::read(Request(request.as_object(), {.values = ValueWords::newer}));
        });
    };
    CHECK(newer(R"({":b":{"N":"x"}})") == "The parameter cannot be converted to a numeric value: x");
    CHECK(newer(R"({":b":{"N":""}})") == "The parameter cannot be converted to a numeric value: ");
    CHECK(newer(R"({":b":{"L":[{"N":"1e126"}]}})") ==
          "Number overflow. Attempting to store a number with magnitude larger than supported range");
    CHECK(newer(R"({":b":{"N":"1e-131"}})") ==
          "Number underflow. Attempting to store a number with magnitude smaller than supported range");
    CHECK(newer(R"({":b":{"N":"111111111111111111111111111111111111111"}})") ==
          "Attempting to store more than 38 significant digits in a Number");
    CHECK(
        newer(R"({":b":{"BS":["AA==","AA=="]}})") ==
        "One or more parameter values were invalid: Input collection [\"AA==\",\"AA==\"]of type BS contains "
        "duplicates.");
    CHECK(newer(R"({":b":{"NS":["1","1"]}})") ==
          "One or more parameter values were invalid: Input collection contains duplicates.");
    CHECK(newer(R"({":b":{}})") ==
          "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    CHECK(
        newer(R"({":b":{"NULL":false}})") ==
        "One or more parameter values were invalid: Null attribute value types must have the value of true");
}

// Unused placeholders are listed in the order of the request, names before values.
TEST_CASE("Placeholders must all be used", "[placeholders]") {
    Placeholders some = placeholders(R"({"#b":"b","#a":"a"})", R"({":v":{"S":"x"}})");
    CHECK(message_of([&] { some.require_all_used(); }) ==
          "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b, #a}");
    REQUIRE(*some.name("#b") == "b");
    CHECK(message_of([&] { some.require_all_used(); }) ==
          "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}");
    REQUIRE(*some.name("#a") == "a");
    CHECK(message_of([&] { some.require_all_used(); }) ==
          "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
    REQUIRE(*some.value(":v") == AttributeValue("x"));
    CHECK_NOTHROW(some.require_all_used());
}

}  // namespace tailrace::expression
