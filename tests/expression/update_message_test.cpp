#include "engine/expression/update.hpp"
#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

/// The message without its "Invalid UpdateExpression: ".
std::string message_of_update(std::string_view text, std::string_view values = {},
                              std::string_view names = {}) {
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
    CHECK(message_of_update(" set #c = :c set abOrt = true ") ==
          "Attribute name is a reserved keyword; reserved keyword: abOrt");
    CHECK(message_of_update(" remove Absolute ") ==
          "Attribute name is a reserved keyword; reserved keyword: Absolute");
    CHECK(message_of_update("set #c = if_not_exist(:c) set c = d") ==
          "Invalid function name; function: if_not_exist");
    CHECK(message_of_update("SET a = LIST_APPEND(b, c)") == "Invalid function name; function: LIST_APPEND");
    CHECK(message_of_update("SET a = size(b)") ==
          "The function is not allowed in an update expression; function: size");
    CHECK(message_of_update("SET a = list_append(list_append(b, c), d)") ==
          "The function is not allowed to be used this way in an expression; function: list_append");
    CHECK(message_of_update("set a = #c set c = :d") ==
          R"(The "SET" section can only be used once in an update expression;)");
    CHECK(message_of_update("remove #d set a = b remove e") ==
          R"(The "REMOVE" section can only be used once in an update expression;)");
    CHECK(message_of_update("add #d :e set a = b add e :f") ==
          R"(The "ADD" section can only be used once in an update expression;)");
    CHECK(message_of_update("delete #d :e set a = b delete #e :f") ==
          R"(The "DELETE" section can only be used once in an update expression;)");
}

// Names are checked before values.
TEST_CASE("Update rejects placeholders that are not defined", "[update]") {
    CHECK(message_of_update("SET #c = if_not_exists(:c)") ==
          "An expression attribute name used in the document path is not defined; attribute name: #c");
    CHECK(message_of_update("SET a = :c, b = #d") ==
          "An expression attribute name used in the document path is not defined; attribute name: #d");
    CHECK(message_of_update("SET a = if_not_exists(:c)") ==
          "An expression attribute value used in expression is not defined; attribute value: :c");
}

TEST_CASE("Update rejects paths that are not disjoint", "[update]") {
    const auto pair = [](const std::string& verb, const std::string& one, const std::string& two) {
        return "Two document paths " + verb +
               " with each other; must remove or rewrite one of these paths; path one: " + one +
               ", path two: " + two;
    };
    const std::string names = R"({"#c":"c","#d":"[3]"})";
    CHECK(message_of_update("SET a = b REMOVE a") == pair("overlap", "[a]", "[a]"));
    CHECK(message_of_update("set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "", names) ==
          pair("overlap", "[c, [1], a]", "[c]"));
    CHECK(message_of_update("set #c[3].#d = a, #c[3] = a", "", names) ==
          pair("overlap", "[c, [3], [3]]", "[c, [3]]"));
    CHECK(message_of_update("set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "", names) ==
          pair("conflict", "[c, [3], [3]]", "[c, [3], [3]]"));
    CHECK(message_of_update("remove a.#c set a[1] = #d", "", names) ==
          pair("conflict", "[a, c]", "[a, [1]]"));
    CHECK(message_of_update("SET a.b = c, a.c.d = c, b.x = c REMOVE a.x, b.y").empty());
}

// The operands of ADD and DELETE are checked before functions.
TEST_CASE("Update rejects operands of ADD and DELETE", "[update]") {
    const auto rule = [](const std::string& clause, const std::string& type) {
        return "Incorrect operand type for operator or function; operator: " + clause +
               ", operand type: " + type + ", typeSet: ALLOWED_FOR_" + clause + "_OPERAND";
    };
    CHECK(message_of_update("set b = list_append(:a, a), c = if_not_exists(a) add a.b :a",
                            R"({":a":{"S":"a"}})") == rule("ADD", "STRING"));
    CHECK(message_of_update("delete a.b :a", every_type) == rule("DELETE", "STRING"));
    CHECK(message_of_update("delete a.b :b", every_type) == rule("DELETE", "NUMBER"));
    CHECK(message_of_update("add a.b :c", every_type) == rule("ADD", "BINARY"));
    CHECK(message_of_update("add a.b :d", every_type) == rule("ADD", "BOOLEAN"));
    CHECK(message_of_update("delete a.b :e", every_type) == rule("DELETE", "NULL"));
    CHECK(message_of_update("add a.b :i", every_type) == rule("ADD", "MAP"));
    CHECK(message_of_update("add a.b :j", every_type) == rule("ADD", "LIST"));
    CHECK(message_of_update("add a :b, b :f, c :g, d :h", every_type).empty());
}

TEST_CASE("Update rejects operands of functions and operators", "[update]") {
    const auto rule = [](const std::string& name, const std::string& type) {
        return "Incorrect operand type for operator or function; operator or function: " + name +
               ", operand type: " + type;
    };
    CHECK(message_of_update("set a = if_not_exists(c)") ==
          "Incorrect number of operands for operator or function; operator or function: if_not_exists, "
          "number of operands: 1");
    CHECK(message_of_update("set a = list_append(c, d, e)") ==
          "Incorrect number of operands for operator or function; operator or function: list_append, number "
          "of operands: 3");
    CHECK(message_of_update("set a = if_not_exists(:a, c)", every_type) ==
          "Operator or function requires a document path; operator or function: if_not_exists");
    CHECK(message_of_update("set a = if_not_exists(if_not_exists(a, b), c)") ==
          "Operator or function requires a document path; operator or function: if_not_exists");
    CHECK(message_of_update("set a = list_append(:a, a)", every_type) == rule("list_append", "S"));
    CHECK(message_of_update("set a = list_append(a, :b)", every_type) == rule("list_append", "N"));
    CHECK(message_of_update("set a = list_append(:i, a)", every_type) == rule("list_append", "M"));
    CHECK(message_of_update("set a = a + :a", every_type) == rule("+", "S"));
    CHECK(message_of_update("set a = :c + a", every_type) == rule("+", "B"));
    CHECK(message_of_update("set a = a - :f", every_type) == rule("-", "SS"));
    CHECK(message_of_update("set a = a - :j", every_type) == rule("-", "L"));
}

}  // namespace tailrace::expression
