#include <chrono>

#include "engine/expression/condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/expression/update.hpp"
#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out.append(text);
    return out;
}

std::string hostile_error(const std::string& text) {
    Placeholders none;
    return message_of([&] { Condition::parse(text, ExpressionKind::condition, none); });
}

}  // namespace

// An expression that is too long is not even read.
TEST_CASE("Very long expressions are rejected by their size", "[hostile]") {
    CHECK(hostile_error(repeated("(", 100000)) ==
          "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression "
          "size: 100000");
    CHECK(hostile_error(repeated("not ", 100000) + "a<b") ==
          "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression "
          "size: 400003");
}

// An expression within the size limit must not nest too deep for the stack.
TEST_CASE("Deeply nested expressions are rejected", "[hostile]") {
    CHECK(hostile_error(repeated("(", 300)) ==
          R"(Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "(")");
    CHECK(hostile_error(repeated("(", 4096)) ==
          "Invalid ConditionExpression: The expression has redundant parentheses;");
    CHECK(hostile_error(repeated("(", 2046) + "a<b" + repeated(")", 2046)) ==
          "Invalid ConditionExpression: The expression has redundant parentheses;");
    CHECK(hostile_error("a = " + repeated("(", 2000) + "b" + repeated(")", 2000)) ==
          "Invalid ConditionExpression: The expression has redundant parentheses;");
    CHECK(hostile_error("a < " + repeated("f(", 1355) + "b" + repeated(")", 1355)) ==
          "Invalid ConditionExpression: Invalid function name; function: f");
    CHECK(hostile_error("a < " + repeated("size(", 680) + "b" + repeated(")", 680)) ==
          "Invalid ConditionExpression: The function is not allowed to be used this way in an expression; "
          "function: size");
    Placeholders none;
    CHECK(message_of([&] { Update::parse("SET a = " + repeated("(", 4000), none); }) ==
          "Invalid UpdateExpression: The expression has redundant parentheses;");
    CHECK(message_of([&] { Update::parse("SET a = " + repeated("f(", 2000), none); }) ==
          "Invalid UpdateExpression: Invalid function name; function: f");
}

// Comparators, AND, OR, NOT, BETWEEN and IN count; functions and parentheses do not.
TEST_CASE("An expression has at most 300 operators", "[hostile]") {
    const std::string too_many =
        "Invalid ConditionExpression: The expression contains too many operators; operator count: 301";
    CHECK(hostile_error("a<b " + repeated("or (a<b ", 149) + repeated(")", 149)).empty());
    CHECK(hostile_error("a<b " + repeated("or (a<b ", 150) + repeated(")", 150)) == too_many);
    CHECK(hostile_error("a<b " + repeated("or a<b ", 454)) == too_many);
    CHECK(hostile_error(repeated("not ", 299) + "a<b").empty());
    CHECK(hostile_error(repeated("not ", 1000) + "a<b") == too_many);
}

// A condition as deep as the limits allow can also be evaluated.
TEST_CASE("Deep conditions evaluate", "[hostile]") {
    Placeholders none;
    const std::string text = repeated("not (", 149) + "a<b and not a=b" + repeated(")", 149);
    const Condition condition = Condition::parse(text, ExpressionKind::condition, none);
    CHECK_FALSE(condition.holds(item(R"({"a":{"N":"1"},"b":{"N":"2"}})")));
}

TEST_CASE("Paths have at most 32 steps and indexes fit 31 bits", "[hostile]") {
    const auto projection_error = [](const std::string& text) {
        Placeholders none;
        return message_of([&] { Projection::parse(text, none); });
    };
    CHECK(projection_error("a" + repeated(".b", 31)).empty());
    CHECK(projection_error("a" + repeated(".b", 32)) ==
          "Invalid ProjectionExpression: The document path has too many nesting levels; nesting levels: 33");
    CHECK(projection_error("a" + repeated("[0]", 1000)) ==
          "Invalid ProjectionExpression: The document path has too many nesting levels; nesting levels: "
          "1001");
    CHECK(projection_error("a[4294967294]").empty());
    CHECK(projection_error("a[4294967295]") ==
          "Invalid ProjectionExpression: List index is not within the allowable range; index: [4294967295]");
    CHECK(projection_error("a[99999999999999]") ==
          "Invalid ProjectionExpression: List index is not within the allowable range; index: "
          "[99999999999999]");
}

// Comparing every path with every other is quick, even for the most paths that an expression can have.
TEST_CASE("Many paths are checked quickly", "[hostile]") {
    std::string text = "a[0]";
    for (int i = 1; text.size() < 4000; ++i) text += ",a[" + std::to_string(i) + "]";
    Placeholders none;
    const auto start = std::chrono::steady_clock::now();
    const Projection projection = Projection::parse(text, none);
    CHECK(projection.paths().size() > 500);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

// Adding to a large set must not compare each member with every other.
TEST_CASE("Large sets are joined quickly", "[hostile]") {
    NumberSet even;
    NumberSet all;
    for (int i = 0; i < 50000; ++i) {
        all.values.emplace_back(i);
        if (i % 2 == 0) even.values.emplace_back(i);
    }
    const auto update = [&](UpdateClause clause) {
        return Update({{clause, Path("s"), UpdateValue::constant(all)}}, Update::Dialect::update_expression);
    };
    const auto start = std::chrono::steady_clock::now();
    const AttributeMap added = update(UpdateClause::add).apply({{"s", even}});
    const AttributeMap emptied = update(UpdateClause::delete_).apply({{"s", even}});
    CHECK(added.find("s")->get<NumberSet>().values.size() == 50000);
    CHECK(emptied.empty());
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

}  // namespace tailrace::expression
