#include "engine/validation/legacy_rules.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/validation/refusal.hpp"

namespace validation = tailrace::validation;

namespace {

std::string expected(const std::string& condition) {
    return refusal(validation::check_expected, R"({"a":)" + condition + "}");
}

std::string filter(const std::string& comparison, const std::string& arguments) {
    return refusal(validation::check_conditions, R"({"a":{"ComparisonOperator":")" + comparison +
                                                     R"(","AttributeValueList":[)" + arguments + "]}}");
}

std::string update_with(const std::string& each) {
    return refusal(validation::check_attribute_updates, R"({"a":)" + each + "}");
}

std::string invalid_legacy(const std::string& fault) {
    return "ValidationException: One or more parameter values were invalid: " + fault;
}

}  // namespace

TEST_CASE("attributes to get are named once", "[legacy]") {
    const auto check = [](const tailrace::Request& request) {
        validation::check_attributes_to_get(*request.list("AttributesToGet"));
    };
    CHECK(refusal(check, R"({"AttributesToGet":["a","b","a"]})") ==
          invalid_legacy("Duplicate value in attribute name: a"));
    CHECK(refusal(check, R"({"AttributesToGet":["a","b"]})") == "accepted");
}

TEST_CASE("ConditionalOperator is accepted with two conditions", "[legacy]") {
    const auto joined = [](const std::string& expected) {
        return refusal(
            [](const tailrace::Request& request) {
                validation::check_conditional_operator(request, "Expected");
            },
            R"({"ConditionalOperator":"OR")" + expected + "}");
    };
    const std::string without =
        "ValidationException: ConditionalOperator cannot be used without Filter or Expected";
    CHECK(joined("") == without);
    CHECK(joined(R"(,"Expected":{})") == without);
    CHECK(joined(R"(,"Expected":{"a":{"Exists":false}})") ==
          "ValidationException: ConditionalOperator can only be used when Filter or Expected has two or more "
          "elements");
    CHECK(joined(R"(,"Expected":{"a":{"Exists":false},"b":{"Exists":false}})") == "accepted");
}

TEST_CASE("Expected says either existence or a comparison", "[legacy]") {
    CHECK(expected("{}") == invalid_legacy("Value must be provided when Exists is null for Attribute: a"));
    CHECK(expected(R"({"Exists":true})") ==
          invalid_legacy("Value must be provided when Exists is true for Attribute: a"));
    CHECK(expected(R"({"Exists":false,"Value":{"S":"a"}})") ==
          invalid_legacy("Value cannot be used when Exists is false for Attribute: a"));
    CHECK(expected(R"({"ComparisonOperator":"LT"})") ==
          invalid_legacy(
              "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a"));
    CHECK(expected(R"({"Exists":true,"ComparisonOperator":"LT"})") ==
          invalid_legacy("Exists and ComparisonOperator cannot be used together for Attribute: a"));
    CHECK(expected(R"({"ComparisonOperator":"LT","Value":{"S":"a"},"AttributeValueList":[{"S":"a"}]})") ==
          invalid_legacy("Value and AttributeValueList cannot be used together for Attribute: a"));
    CHECK(expected(R"({"Exists":true,"AttributeValueList":[{"S":"a"}]})") ==
          invalid_legacy("AttributeValueList can only be used with a ComparisonOperator for Attribute: a"));
    CHECK(expected(R"({"ComparisonOperator":"EQ","AttributeValueList":[]})") ==
          invalid_legacy("Invalid number of argument(s) for the EQ ComparisonOperator"));
    CHECK(expected(R"({"ComparisonOperator":"NULL","Value":{"S":"a"}})") ==
          invalid_legacy("Invalid number of argument(s) for the NULL ComparisonOperator"));
    CHECK(expected(R"({"ComparisonOperator":"IN","AttributeValueList":[{"S":"a"},{"N":"1"}]})") ==
          invalid_legacy("AttributeValues inside AttributeValueList must be of same type"));
    CHECK(expected(R"({"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"N":"1"}]})") ==
          invalid_legacy("ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"));
    CHECK(expected(R"({"ComparisonOperator":"NOT_NULL"})") == "accepted");
    CHECK(expected(R"({"Exists":false})") == "accepted");
}

TEST_CASE("conditions have the arguments that their operators take", "[legacy]") {
    const std::string s = R"({"S":"a"})";
    CHECK(filter("EQ", s) == "accepted");
    CHECK(filter("IN", s + "," + s + "," + s) == "accepted");
    for (const std::string one : {"EQ", "NE", "LE", "LT", "GE", "GT", "CONTAINS", "BEGINS_WITH"}) {
        CHECK(filter(one, s + "," + s) ==
              invalid_legacy("Invalid number of argument(s) for the " + one + " ComparisonOperator"));
    }
    CHECK(filter("NULL", s) ==
          invalid_legacy("Invalid number of argument(s) for the NULL ComparisonOperator"));
    CHECK(filter("BETWEEN", s) ==
          invalid_legacy("Invalid number of argument(s) for the BETWEEN ComparisonOperator"));
    CHECK(filter("IN", s + R"(,{"N":"1"})") ==
          invalid_legacy("AttributeValues inside AttributeValueList must be of same type"));
    CHECK(filter("LT", R"({"SS":["a"]})") ==
          invalid_legacy("ComparisonOperator LT is not valid for SS AttributeValue type"));
    CHECK(filter("CONTAINS", R"({"L":[]})") ==
          invalid_legacy("ComparisonOperator CONTAINS is not valid for L AttributeValue type"));
    CHECK(filter("BEGINS_WITH", R"({"N":"1"})") ==
          invalid_legacy("ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"));
}

TEST_CASE("attribute updates have a value that the action takes", "[legacy]") {
    CHECK(update_with("{}") ==
          invalid_legacy("Only DELETE action is allowed when no attribute value is specified"));
    CHECK(update_with(R"({"Action":"DELETE"})") == "accepted");
    CHECK(update_with(R"({"Action":"DELETE","Value":{"S":"1"}})") ==
          invalid_legacy("DELETE action with value is not supported for the type S"));
    CHECK(update_with(R"({"Action":"ADD","Value":{"BOOL":true}})") ==
          invalid_legacy("ADD action is not supported for the type BOOL"));
    CHECK(update_with(R"({"Action":"ADD","Value":{"L":[]}})") == "accepted");
    CHECK(update_with(R"({"Value":{"M":{}}})") == "accepted");
}
