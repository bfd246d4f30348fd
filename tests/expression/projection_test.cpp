#include "engine/expression/projection.hpp"

#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

constexpr std::string_view document =
    R"({"a":{"M":{"b":{"L":[{"N":"2"},{"N":"4"},{"M":{"x":{"S":"hi"},"y":{"S":"yo"}}}]},"c":{"N":"5"}}},)"
    R"("b":{"S":"hello"},"a.b":{"S":"dotted"}})";

std::string projected(std::string_view text, std::string_view names = {}) {
    Placeholders given = placeholders(names);
    return to_json(Projection::parse(text, given).apply(item(document)));
}

std::string message_of_projection(std::string_view text, std::string_view names = {}) {
    Placeholders given = placeholders(names);
    return message_of([&] { Projection::parse(text, given); });
}

std::string pair(const std::string& verb, const std::string& one, const std::string& two) {
    return "Invalid ProjectionExpression: Two document paths " + verb +
           " with each other; must remove or rewrite one of these paths; path one: " + one +
           ", path two: " + two;
}

}  // namespace

TEST_CASE("Projection keeps the values that its paths lead to, in their places", "[projection]") {
    CHECK(projected("b") == R"({"b":{"S":"hello"}})");
    CHECK(projected("a.c , b") == R"({"a":{"M":{"c":{"N":"5"}}},"b":{"S":"hello"}})");
    CHECK(projected("a.b[2].y") == R"({"a":{"M":{"b":{"L":[{"M":{"y":{"S":"yo"}}}]}}}})");
    CHECK(projected("#n", R"({"#n":"a.b"})") == R"({"a.b":{"S":"dotted"}})");
}

// Elements are in the order of the list, not of the expression, and without gaps.
TEST_CASE("Projection closes the gaps of lists", "[projection]") {
    CHECK(projected("a.b[1], a.b[0]") == R"({"a":{"M":{"b":{"L":[{"N":"2"},{"N":"4"}]}}}})");
    CHECK(projected("a.b[2].x, a.b[0], a.b[2].y") ==
          R"({"a":{"M":{"b":{"L":[{"N":"2"},{"M":{"x":{"S":"hi"},"y":{"S":"yo"}}}]}}}})");
}

TEST_CASE("Projection leaves no trace of paths that lead nowhere", "[projection]") {
    for (const auto* text :
         {"x", "a.b[3]", "a.x", "a.x.y", "a.b[3].x", "a.b.x", "a[0]", "a.b[0].x", "a.b[0][0]", "b.c"}) {
        CAPTURE(text);
        CHECK(projected(text) == "{}");
    }
    CHECK(projected("a.x, a.b[0], x, a.b[3].x") == R"({"a":{"M":{"b":{"L":[{"N":"2"}]}}}})");
}

TEST_CASE("Projection names its attributes", "[projection]") {
    Placeholders none;
    const Projection projection = Projection::parse("c.d, a, c.e, b[0]", none);
    CHECK(projection.attribute_names() == std::vector<std::string>{"c", "a", "b"});
    CHECK(projection.nested_attribute_names() == std::vector<std::string>{"c", "b"});
}

TEST_CASE("Projection rejects names", "[projection]") {
    CHECK(message_of_projection("a.abORt") ==
          "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: abORt");
    CHECK(message_of_projection("#a,ABSoLUTE") ==
          "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: ABSoLUTE");
    CHECK(message_of_projection("a,b,a,#a") ==
          "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
          "defined; attribute name: #a");
}

// Paths are compared after names are resolved; an overlap is reported before a conflict.
TEST_CASE("Projection rejects paths that are not disjoint", "[projection]") {
    CHECK(message_of_projection("a, a") == pair("overlap", "[a]", "[a]"));
    CHECK(message_of_projection("b[1], b.a, #a.b, a", R"({"#a":"a"})") == pair("overlap", "[a, b]", "[a]"));
    CHECK(message_of_projection("a, #a[1]", R"({"#a":"a"})") == pair("overlap", "[a]", "[a, [1]]"));
    CHECK(message_of_projection("a.b, #a[1], #b", R"({"#a":"a","#b":"[3]"})") ==
          pair("conflict", "[a, b]", "[a, [1]]"));
    CHECK(message_of_projection("a.b[1], #a[1], #b", R"({"#a":"a","#b":"[3]"})") ==
          pair("conflict", "[a, b, [1]]", "[a, [1]]"));
    CHECK(message_of_projection("a[3].b, #a.#b.b", R"({"#a":"a","#b":"[3]"})") ==
          pair("conflict", "[a, [3], b]", "[a, [3], b]"));
    CHECK(message_of_projection("a.b.d, a.b.e, a.c[1], a.c[2]").empty());
}

}  // namespace tailrace::expression
