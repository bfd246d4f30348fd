#include "engine/expression/update.hpp"
#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

/// The message without its "Invalid UpdateExpression: ".
std::string error(std::string_view text, std::string_view values = {}, std::string_view names = {}) {
    Placeholders given = placeholders(names, values);
    const std::string message = message_of([&] { Update::parse(text, given); });
    const std::string opening = "Invalid UpdateExpression: ";
    return message.starts_with(opening) ? message.substr(opening.size()) : message;
}

constexpr std::string_view every_type =
    R"({":a":{"S":"a"},":b":{"N":"1"},":c":{"B":"YQ=="},":d":{"BOOL":false},":e":{"NULL":true},)"
    R"(":f":{"SS":["a"]},":g":{"NS":["1"]},":h":{"BS":["YQ=="]},":i":{"M":{}},":j":{"L":[]}})";

}  // namespace

// Each rule is checked on the whole expression before the next rule.
TEST_CASE("Update rejects names, functions and repeated sections", "[update]") {
    CHECK(error(" set #c = :c set abOrt = true ") ==
          "Attribute name is a reserved keyword; reserved keyword: abOrt");
    CHECK(error(" remove Absolute ") == "Attribute name is a reserved keyword; reserved keyword: Absolute");
    CHECK(error("set #c = if_not_exist(:c) set c = d") == "Invalid function name; function: if_not_exist");
    CHECK(error("SET a = LIST_APPEND(b, c)") == "Invalid function name; function: LIST_APPEND");
    CHECK(error("SET a = size(b)") == "The function is not allowed in an update expression; function: size");
    CHECK(error("SET a = list_append(list_append(b, c), d)") ==
          "The function is not allowed to be used this way in an expression; function: list_append");
    CHECK(error("set a = #c set c = :d") ==
          R"(The "SET" section can only be used once in an update expression;)");
    CHECK(error("remove #d set a = b remove e") ==
          R"(The "REMOVE" section can only be used once in an update expression;)");
    CHECK(error("add #d :e set a = b add e :f") ==
          R"(The "ADD" section can only be used once in an update expression;)");
    CHECK(error("delete #d :e set a = b delete #e :f") ==
          R"(The "DELETE" section can only be used once in an update expression;)");
}

// Names are checked before values.
TEST_CASE("Update rejects placeholders that are not defined", "[update]") {
    CHECK(error("SET #c = if_not_exists(:c)") ==
          "An expression attribute name used in the document path is not defined; attribute name: #c");
    CHECK(error("SET a = :c, b = #d") ==
          "An expression attribute name used in the document path is not defined; attribute name: #d");
    CHECK(error("SET a = if_not_exists(:c)") ==
          "An expression attribute value used in expression is not defined; attribute value: :c");
}

TEST_CASE("Update rejects paths that are not disjoint", "[update]") {
    const auto pair = [](const std::string& verb, const std::string& one, const std::string& two) {
        return "Two document paths " + verb +
               " with each other; must remove or rewrite one of these paths; path one: " + one +
               ", path two: " + two;
    };
    const std::string names = R"({"#c":"c","#d":"[3]"})";
    CHECK(error("SET a = b REMOVE a") == pair("overlap", "[a]", "[a]"));
    CHECK(error("set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "", names) ==
          pair("overlap", "[c, [1], a]", "[c]"));
    CHECK(error("set #c[3].#d = a, #c[3] = a", "", names) == pair("overlap", "[c, [3], [3]]", "[c, [3]]"));
    CHECK(error("set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "", names) ==
          pair("conflict", "[c, [3], [3]]", "[c, [3], [3]]"));
    CHECK(error("remove a.#c set a[1] = #d", "", names) == pair("conflict", "[a, c]", "[a, [1]]"));
    CHECK(error("SET a.b = c, a.c.d = c, b.x = c REMOVE a.x, b.y").empty());
}

// The operands of ADD and DELETE are checked before functions.
TEST_CASE("Update rejects operands of ADD and DELETE", "[update]") {
    const auto rule = [](const std::string& clause, const std::string& type) {
        return "Incorrect operand type for operator or function; operator: " + clause +
               ", operand type: " + type + ", typeSet: ALLOWED_FOR_" + clause + "_OPERAND";
    };
    CHECK(error("set b = list_append(:a, a), c = if_not_exists(a) add a.b :a", R"({":a":{"S":"a"}})") ==
          rule("ADD", "STRING"));
    CHECK(error("delete a.b :a", every_type) == rule("DELETE", "STRING"));
    CHECK(error("delete a.b :b", every_type) == rule("DELETE", "NUMBER"));
    CHECK(error("add a.b :c", every_type) == rule("ADD", "BINARY"));
    CHECK(error("add a.b :d", every_type) == rule("ADD", "BOOLEAN"));
    CHECK(error("delete a.b :e", every_type) == rule("DELETE", "NULL"));
    CHECK(error("add a.b :i", every_type) == rule("ADD", "MAP"));
    CHECK(error("add a.b :j", every_type) == rule("ADD", "LIST"));
    CHECK(error("add a :b, b :f, c :g, d :h", every_type).empty());
}

TEST_CASE("Update rejects operands of functions and operators", "[update]") {
    const auto rule = [](const std::string& name, const std::string& type) {
        return "Incorrect operand type for operator or function; operator or function: " + name +
               ", operand type: " + type;
    };
    CHECK(error("set a = if_not_exists(c)") ==
          "Incorrect number of operands for operator or function; operator or function: if_not_exists, "
          "number of operands: 1");
    CHECK(error("set a = list_append(c, d, e)") ==
          "Incorrect number of operands for operator or function; operator or function: list_append, number "
          "of operands: 3");
    CHECK(error("set a = if_not_exists(:a, c)", every_type) ==
          "Operator or function requires a document path; operator or function: if_not_exists");
    CHECK(error("set a = if_not_exists(if_not_exists(a, b), c)") ==
          "Operator or function requires a document path; operator or function: if_not_exists");
    CHECK(error("set a = list_append(:a, a)", every_type) == rule("list_append", "S"));
    CHECK(error("set a = list_append(a, :b)", every_type) == rule("list_append", "N"));
    CHECK(error("set a = list_append(:i, a)", every_type) == rule("list_append", "M"));
    CHECK(error("set a = a + :a", every_type) == rule("+", "S"));
    CHECK(error("set a = :c + a", every_type) == rule("+", "B"));
    CHECK(error("set a = a - :f", every_type) == rule("-", "SS"));
    CHECK(error("set a = a - :j", every_type) == rule("-", "L"));
}

}  // namespace tailrace::expression
