#include "engine/expression/condition.hpp"
#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

/// The message without its "Invalid FilterExpression: ".
std::string message_of_condition(std::string_view text, std::string_view values = {},
                                 std::string_view names = {}) {
    Placeholders given = placeholders(names, values);
    const std::string message = message_of([&] { Condition::parse(text, ExpressionKind::filter, given); });
    const std::string opening = "Invalid FilterExpression: ";
    return message.starts_with(opening) ? message.substr(opening.size()) : message;
}

std::string operand_type(const std::string& name, const std::string& type) {
    return "Incorrect operand type for operator or function; operator or function: " + name +
           ", operand type: " + type;
}

std::string misuse(const std::string& name) {
    return "The function is not allowed to be used this way in an expression; function: " + name;
}

std::string operands(const std::string& name, int count) {
    return "Incorrect number of operands for operator or function; operator or function: " + name +
           ", number of operands: " + std::to_string(count);
}

std::string same(const std::string& name, const std::string& path) {
    return "The first operand must be distinct from the remaining operands for this operator or function; "
           "operator: " +
           name + ", first operand: " + path;
}

}  // namespace

// The message begins with the parameter's name.
TEST_CASE("Condition messages open with the parameter's name", "[condition]") {
    const auto message = [](ExpressionKind kind) {
        Placeholders none;
        return message_of([&] { Condition::parse("a = status", kind, none); });
    };
    CHECK(message(ExpressionKind::condition) ==
          "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status");
    CHECK(message(ExpressionKind::key_condition) ==
          "Invalid KeyConditionExpression: Attribute name is a reserved keyword; reserved keyword: status");
}

// Functions are checked first, over the whole expression, whatever else is wrong.
TEST_CASE("Condition rejects unknown and misplaced functions", "[condition]") {
    CHECK(message_of_condition("a=a and whatever((:things)) > a") ==
          "Invalid function name; function: whatever");
    CHECK(message_of_condition("attRIbute_exIsts((views), #a)") ==
          "Invalid function name; function: attRIbute_exIsts");
    CHECK(message_of_condition("if_not_exists(a, b) = :v") ==
          "The function is not allowed in a condition expression; function: if_not_exists");
    CHECK(message_of_condition("a=a and attribute_exists((views), (#a)) > b") == misuse("attribute_exists"));
    CHECK(message_of_condition("attribute_not_exists(things) > b") == misuse("attribute_not_exists"));
    CHECK(message_of_condition("attribute_type(things, :a) > b") == misuse("attribute_type"));
    CHECK(message_of_condition("begins_with(things, a) > b") == misuse("begins_with"));
    CHECK(message_of_condition("contains(:things, c) > b") == misuse("contains"));
    CHECK(message_of_condition("size(contains(a, b)) > a") == misuse("contains"));
    CHECK(message_of_condition("size(things)") == misuse("size"));
    CHECK(message_of_condition("NOT size(things)") == misuse("size"));
    CHECK(message_of_condition("a between b and attribute_exists(things)") == misuse("attribute_exists"));
    CHECK(message_of_condition("a in (b, attribute_exists(things))") == misuse("attribute_exists"));
}

TEST_CASE("Condition rejects reserved words before placeholders", "[condition]") {
    CHECK(message_of_condition("attribute_exists(views, #a)") ==
          "Attribute name is a reserved keyword; reserved keyword: views");
    CHECK(message_of_condition(":a < abOrT") ==
          "Attribute name is a reserved keyword; reserved keyword: abOrT");
    CHECK(message_of_condition("a.b.List = :a") ==
          "Attribute name is a reserved keyword; reserved keyword: List");
}

// From here on each comparison is checked by itself, from left to right.
TEST_CASE("Condition rejects placeholders that are not defined", "[condition]") {
    const std::string name =
        "An expression attribute name used in the document path is not defined; attribute name: ";
    const std::string value =
        "An expression attribute value used in expression is not defined; attribute value: ";
    CHECK(message_of_condition("attribute_exists(#Pictures.RearView, :a) and a=a") == name + "#Pictures");
    CHECK(message_of_condition("begins_with(Pictures.#RearView)") == name + "#RearView");
    CHECK(message_of_condition("(#P between :lo and :hi) and (#PC in (:cat1, :cat2))") == name + "#P");
    CHECK(message_of_condition("#4g > a") == name + "#4g");
    CHECK(message_of_condition("#_ > a") == name + "#_");
    CHECK(message_of_condition("(a)between(b.c[45].#d)and(:a)") == name + "#d");
    CHECK(message_of_condition("begins_with(:hello, #a, #b)") == value + ":hello");
    CHECK(message_of_condition(":a < :b") == value + ":a");
    CHECK(message_of_condition(":_ > a") == value + ":_");
}

TEST_CASE("Condition rejects a wrong number of operands", "[condition]") {
    CHECK(message_of_condition("attribute_exists(things, a) and a=a") == operands("attribute_exists", 2));
    CHECK(message_of_condition("attribute_not_exists(things, b)") == operands("attribute_not_exists", 2));
    CHECK(message_of_condition("attribute_type(things)") == operands("attribute_type", 1));
    CHECK(message_of_condition("begins_with(things)") == operands("begins_with", 1));
    CHECK(message_of_condition("begins_with(things, size(a), b)") == operands("begins_with", 3));
    CHECK(message_of_condition("contains(things)") == operands("contains", 1));
    CHECK(message_of_condition("size(things, a) > b") == operands("size", 2));
    std::string list = ":v";
    for (int i = 1; i < 100; ++i) list += ",:v";
    CHECK(message_of_condition("a IN (" + list + ")", R"({":v":{"S":"x"}})").empty());
    CHECK(message_of_condition("a IN (" + list + ",:v)", R"({":v":{"S":"x"}})") ==
          "The IN operator is provided with too many operands; number of operands: 101");
}

TEST_CASE("Condition rejects a path compared with itself", "[condition]") {
    const std::string names = R"({"#a":"a"})";
    CHECK(message_of_condition("a = a AND #a = b AND :views > a", "", names) == same("=", "[a]"));
    CHECK(message_of_condition("#a <> a", "", names) == same("<>", "[a]"));
    CHECK(message_of_condition("a > #a", "", names) == same(">", "[a]"));
    CHECK(message_of_condition("((a=a) OR (a=a))") == same("=", "[a]"));
    CHECK(message_of_condition("contains(ab.bc[1].a, ab.bc[1].#a)", "", names) ==
          same("contains", "[ab, bc, [1], a]"));
    CHECK(message_of_condition("attribute_type(ab.bc[1].#a, ab.bc[1].a)", "", names) ==
          same("attribute_type", "[ab, bc, [1], a]"));
    CHECK(message_of_condition("begins_with(ab.bc[1].a, ab.bc[1].#a)", "", names) ==
          same("begins_with", "[ab, bc, [1], a]"));
    CHECK(message_of_condition("a BETWEEN b AND #a", "", names) == same("BETWEEN", "[a]"));
    CHECK(message_of_condition("a IN (b, #a)", "", names) == same("IN", "[a]"));
    CHECK(message_of_condition(":a > :a", R"({":a":{"N":"1"}})").empty());
}

// The type of a given value, and of size(), is known without an item.
TEST_CASE("Condition rejects operands of a wrong type", "[condition]") {
    CHECK(message_of_condition("attribute_type(ab.bc[1].a, SS)") ==
          operand_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"));
    CHECK(message_of_condition("attribute_type(a, size(a)) and a=a and a=:a", R"({":a":{"N":"1"}})") ==
          operand_type("attribute_type", "N"));
    CHECK(message_of_condition("attribute_type(a, :a)", R"({":a":{"BS":["YQ=="]}})") ==
          operand_type("attribute_type", "BS"));
    CHECK(message_of_condition("attribute_type(a, :a)", R"({":a":{"S":"1"}})") ==
          "Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
    CHECK(message_of_condition("begins_with(a, size(a)) and a=:a", R"({":a":{"N":"1"}})") ==
          operand_type("begins_with", "N"));
    CHECK(message_of_condition("begins_with(a, :a)", R"({":a":{"NULL":true}})") ==
          operand_type("begins_with", "NULL"));
    CHECK(message_of_condition("begins_with(:a, a)", R"({":a":{"M":{}}})") ==
          operand_type("begins_with", "M"));
    CHECK(message_of_condition("size(size(a)) > :a", R"({":a":{"N":"1"}})") == operand_type("size", "N"));
    CHECK(message_of_condition("attribute_not_exists(size(:a))", R"({":a":{"N":"1"}})") ==
          operand_type("size", "N"));
    CHECK(message_of_condition("size(:a) > a", R"({":a":{"BOOL":true}})") == operand_type("size", "BOOL"));
    CHECK(message_of_condition("a < :a", R"({":a":{"M":{}}})") == operand_type("<", "M"));
    CHECK(message_of_condition(":a >= a", R"({":a":{"L":[]}})") == operand_type(">=", "L"));
    CHECK(message_of_condition("a BETWEEN :a AND :a", R"({":a":{"L":[]}})") == operand_type("BETWEEN", "L"));
}

TEST_CASE("Condition functions that need a path", "[condition]") {
    const std::string rule = "Operator or function requires a document path; operator or function: ";
    CHECK(message_of_condition("attribute_exists(:a) and a=a", R"({":a":{"S":"1"}})") ==
          rule + "attribute_exists");
    CHECK(message_of_condition("attribute_not_exists(size(:a))", R"({":a":{"S":"1"}})") ==
          rule + "attribute_not_exists");
}

TEST_CASE("Condition rejects impossible bounds", "[condition]") {
    CHECK(message_of_condition("a between :b and :a", R"({":a":{"S":"a"},":b":{"N":"1"}})") ==
          "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
          "AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}");
    CHECK(message_of_condition("a between :b and :a", R"({":a":{"S":"a"},":b":{"S":"b"}})") ==
          "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
          "operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}");
    CHECK(message_of_condition("a between :a and :a", R"({":a":{"S":"a"}})").empty());
}

}  // namespace tailrace::expression
