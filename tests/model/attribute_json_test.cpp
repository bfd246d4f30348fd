#include "engine/model/attribute_json.hpp"

#include <string>

#include "engine/model/api_error.hpp"
#include "tests/catch.hpp"

using tailrace::ApiError;
using tailrace::ValueWords;

namespace {

std::string round_trip(const std::string& text) {
    return tailrace::to_json(tailrace::parse_attribute_map(boost::json::parse(text).as_object()));
}

std::string refusal(const std::string& value, ValueWords words = ValueWords::older) {
    try {
        return "accepted as " +
               tailrace::to_json(tailrace::parse_attribute_map({{"a", boost::json::parse(value)}}, words));
    } catch (const ApiError& error) {
        return error.message();
    }
}

}  // namespace

TEST_CASE("items are written as canonical wire JSON", "[attribute]") {
    CHECK(round_trip(R"({"b": {"N": "1.50"}, "a": {"S": "x"}})") == R"({"a":{"S":"x"},"b":{"N":"1.5"}})");
    CHECK(round_trip(R"({"m":{"M":{"z":{"NULL":true},"l":{"L":[{"BOOL":false},{"B":"AAEC"}]}}}})") ==
          R"({"m":{"M":{"l":{"L":[{"BOOL":false},{"B":"AAEC"}]},"z":{"NULL":true}}}})");
    CHECK(round_trip(R"({"s":{"SS":["b","a"]},"n":{"NS":["2","1.0"]},"y":{"BS":["AA=="]}})") ==
          R"({"n":{"NS":["1","2"]},"s":{"SS":["a","b"]},"y":{"BS":["AA=="]}})");
    CHECK(round_trip(R"({"a":{"S":"\u0001\"\\\n\u00e9"}})") ==
          "{\"a\":{\"S\":\"\\u0001\\\"\\\\\\n\u00e9\"}}");
}

// Source: the observations of AWS in paritysuite/dynamodb-conformance, October 2026.
TEST_CASE("the values of a set are in order", "[attribute]") {
    CHECK(round_trip(R"({"s":{"SS":["b","","é","a","Z","aa"]}})") ==
          R"({"s":{"SS":["","Z","a","aa","b","é"]}})");
    CHECK(round_trip(R"({"n":{"NS":["10","9","-10","1e-3","0"]}})") ==
          R"({"n":{"NS":["-10","0","0.001","9","10"]}})");
    CHECK(round_trip(R"({"b":{"BS":["/w==","AAA=","AA=="]}})") == R"({"b":{"BS":["AA==","AAA=","/w=="]}})");
    CHECK(round_trip(R"({"l":{"L":[{"M":{"s":{"SS":["b","a"]}}}]}})") ==
          R"({"l":{"L":[{"M":{"s":{"SS":["a","b"]}}}]}})");
}

// Attributes are read in the order of their names, but of several faults the first in the request is
// reported.
TEST_CASE("of several faults in an item the first in the request is reported", "[attribute]") {
    const auto first_fault = [](std::string_view item) {
        try {
            tailrace::parse_attribute_map(boost::json::parse(item).as_object(), tailrace::ValueWords::older);
        } catch (const tailrace::ApiError& error) {
            return error.message();
        }
        return std::string();
    };
    const std::string no_null =
        "One or more parameter values were invalid: Null attribute value types must have the value of true";
    const std::string no_set = "One or more parameter values were invalid: An string set  may not be empty";
    CHECK(first_fault(R"({"z":{"NULL":false},"a":{"SS":[]}})") == no_null);
    CHECK(first_fault(R"({"a":{"SS":[]},"z":{"NULL":false}})") == no_set);
    CHECK(first_fault(R"({"m":{"M":{"z":{"NULL":false},"a":{"SS":[]}}}})") == no_null);
    CHECK(first_fault(R"({"l":{"L":[{"M":{"z":{"SS":[]}}}]},"a":{"NULL":false}})") == no_set);
}

TEST_CASE("items of few and of many attributes are read in the order of their names", "[attribute]") {
    for (const std::size_t count : {1U, 2U, 31U, 32U, 33U, 100U}) {
        std::string sent = "{";
        std::string wanted = "{";
        for (std::size_t i = 0; i < count; ++i) {
            // 37 shares no factor with any count, so each name occurs once, in a mixed order.
            const auto member = [&](std::size_t number) {
                const std::string name = std::to_string(1000 + number);
                return "\"" + name + "\":{\"S\":\"value of " + name + "\"}" + (i + 1 < count ? "," : "}");
            };
            sent += member(i * 37 % count);
            wanted += member(i);
        }
        const auto item =
            tailrace::parse_attribute_map(boost::json::parse(sent).as_object(), tailrace::ValueWords::older);
        CHECK(tailrace::to_json(item) == wanted);
    }
}

TEST_CASE("values that break a rule are refused in AWS's words", "[attribute]") {
    CHECK(refusal("{}") ==
          "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    CHECK(
        refusal(R"({"S":"a","N":"1"})") ==
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
        "datatypes");
    CHECK(
        refusal(R"({"NULL":false})") ==
        "One or more parameter values were invalid: Null attribute value types must have the value of true");
    CHECK(refusal(R"({"SS":[]})") ==
          "One or more parameter values were invalid: An string set  may not be empty");
    CHECK(refusal(R"({"SS":["a","b","a"]})") ==
          "One or more parameter values were invalid: Input collection [a, b, a] contains duplicates.");
    CHECK(refusal(R"({"NS":["1","1.0"]})") == "Input collection contains duplicates");
    CHECK(refusal(R"({"BS":["/w==","AA==","AA=="]})") ==
          "One or more parameter values were invalid: Input collection [/w==, AA==, AA==]of type BS contains "
          "duplicates.");
}

// With the newer wording the members of a set are quoted, and sorted up to the first duplicate.
TEST_CASE("with the newer wording, a set with duplicates is quoted in its own form", "[attribute]") {
    const std::string opening = "One or more parameter values were invalid: Input collection ";
    const auto newer = [](const std::string& value) { return refusal(value, ValueWords::newer); };
    CHECK(newer(R"({"SS":["b","a","b"]})") == opening + R"(["a", "b", "b"] contains duplicates.)");
    CHECK(newer(R"({"SS":["c","b","c","b","a"]})") ==
          opening + R"(["b", "c", "c", "b", "a"] contains duplicates.)");
    CHECK(newer(R"({"SS":["a\"","a\""]})") == opening + R"(["a\"", "a\""] contains duplicates.)");
    CHECK(newer(R"({"BS":["/w==","AA==","AA=="]})") ==
          opening + R"(["AA==","/w==","AA=="]of type BS contains duplicates.)");
    CHECK(newer(R"({"NS":["2","1","2.0"]})") == opening + "contains duplicates.");
    CHECK(newer(R"({"M":{"l":{"L":[{"N":""}]}}})") ==
          "The parameter cannot be converted to a numeric value: ");
    CHECK(newer(R"({"NS":["0e126"]})") ==
          "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

// Source: "Naming rules": an attribute name has 1 to 65535 bytes.
TEST_CASE("attributes have names of bounded length", "[attribute]") {
    const auto named = [](const std::string& name) {
        try {
            return tailrace::parse_attribute_map({{name, {{"S", "x"}}}}).size() == 1 ? std::string() : "lost";
        } catch (const ApiError& error) {
            return error.message();
        }
    };
    CHECK(named("") == "Empty attribute name");
    CHECK(named(std::string(65535, 'n')).empty());
    CHECK(named(std::string(65536, 'n')) == "Attribute name is too large, must be less than 65536 bytes");

    const auto inside = [](std::size_t bytes) {
        return refusal(R"({"L":[{"M":{")" + std::string(bytes, 'n') + R"(":{"BOOL":true}}}]})");
    };
    CHECK(inside(65535).starts_with("accepted as "));
    CHECK(inside(65536) == "Attribute name is too large, must be less than 65536 bytes");
}

// AWS also reads Booleans from words.
TEST_CASE("Booleans may be written as words", "[attribute]") {
    CHECK(round_trip(R"({"a":{"BOOL":"YES"},"b":{"BOOL":"0"},"c":{"NULL":"true"}})") ==
          R"({"a":{"BOOL":true},"b":{"BOOL":false},"c":{"NULL":true}})");
    CHECK(
        refusal(R"({"NULL":"no"})") ==
        "One or more parameter values were invalid: Null attribute value types must have the value of true");
}

TEST_CASE("an item's size counts names and values", "[attribute]") {
    const auto size = [](const std::string& text) {
        return tailrace::item_size_bytes(tailrace::parse_attribute_map(boost::json::parse(text).as_object()));
    };
    CHECK(size(R"({"pk":{"S":"abc"}})") == 5);
    CHECK(size(R"({"b":{"BOOL":true},"n":{"NULL":true}})") == 4);
    CHECK(size(R"({"l":{"L":[{"S":"ab"},{"S":"c"}]}})") == 1 + 3 + (2 + 1) + (1 + 1));
    CHECK(size(R"({"m":{"M":{"k":{"S":"ab"}}}})") == 1 + 3 + (1 + 2 + 1));
}

TEST_CASE("sets are equal whatever their order", "[attribute]") {
    const auto value = [](const std::string& text) {
        return tailrace::parse_attribute_value(boost::json::parse(text));
    };
    CHECK(value(R"({"SS":["a","b"]})") == value(R"({"SS":["b","a"]})"));
    CHECK_FALSE(value(R"({"SS":["a","b"]})") == value(R"({"SS":["b","c"]})"));
    CHECK(value(R"({"NS":["1.0","2"]})") == value(R"({"NS":["2","1"]})"));
    CHECK_FALSE(value(R"({"NS":["1"]})") == value(R"({"SS":["1"]})"));
}
