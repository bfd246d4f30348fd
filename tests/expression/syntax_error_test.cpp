#include "engine/expression/condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/expression/update.hpp"
#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

std::string condition_error(std::string_view text) {
    Placeholders none;
    return message_of([&] { Condition::parse(text, ExpressionKind::condition, none); });
}

std::string update_error(std::string_view text) {
    Placeholders none;
    return message_of([&] { Update::parse(text, none); });
}

std::string projection_error(std::string_view text) {
    Placeholders none;
    return message_of([&] { Projection::parse(text, none); });
}

}  // namespace

// The message names the token where parsing stopped, and quotes from the token before it to the one after it.
TEST_CASE("Syntax errors show the token and what is near it", "[syntax]") {
    CHECK(update_error("INVALID SYNTAX HERE") ==
          R"(Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX")");
    CHECK(update_error("ADD hits : incr") ==
          R"(Invalid UpdateExpression: Syntax error; token: ":", near: "hits : incr")");
    CHECK(update_error("SET n = if_not_exists(n, 0)") ==
          "Invalid UpdateExpression: Syntax error; token: \"0\", near: \", 0)\"");
    CHECK(update_error("SET _123 = :val1") ==
          R"(Invalid UpdateExpression: Syntax error; token: "_", near: "SET _123")");
    CHECK(projection_error("!!! INVALID !!!") ==
          R"(Invalid ProjectionExpression: Syntax error; token: "!", near: "!!")");
    CHECK(condition_error("#articleId attribute_not_exists :ckpst") ==
          "Invalid ConditionExpression: Syntax error; token: \"attribute_not_exists\", "
          "near: \"#articleId attribute_not_exists :ckpst\"");
    CHECK(condition_error("attribute_type()") ==
          "Invalid ConditionExpression: Syntax error; token: \")\", near: \"()\"");
    CHECK(condition_error("attribute_exists([1])") ==
          R"(Invalid ConditionExpression: Syntax error; token: "[", near: "([1")");
}

// If the expression ends too early, the message quotes its last token.
TEST_CASE("Syntax errors at the end", "[syntax]") {
    CHECK(condition_error("attribute_exists(a) AND NOT #b") ==
          R"(Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "#b")");
    CHECK(update_error("SET") == R"(Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET")");
    CHECK(update_error("SET #x = :v,  ") ==
          R"(Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ",")");
    CHECK(projection_error("  ") ==
          R"(Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: "")");
}

TEST_CASE("Conditions outside the grammar are syntax errors", "[syntax]") {
    const auto* text = GENERATE(
        "things are not gonna be ok", "a > 4", "attribute_exists(Pictures-RearView)",
        "attribute_exists(\"Pictures.RearView\")", "attribute_exists(Pictures..RearView)",
        "attribute_exists(Pi#ctures.RearView)", "attribute_exists(asdf[a])", "a in b, c", "a > between",
        "a in b", "a in (b,c,)", "a in ()", "(a)between(b.(c.d))and(c)", "(a)between(b.c.d)and((c)",
        "#$.b > a", "a > :things.stuff", "b[:a] > a", "b[#_] > a", "\xc3\xbc > a",
        "(a)between(b.c[4.5].#d)and(:a)", "size(a).b > a", "(size(a)).b > a", "size(a)[0] > a",
        "(size(a))[0] > a", "a", ":val", "NOT a", "a AND :val", "a OR NOT :val", "a = :val OR NOT :val",
        "(a)", "(a = b) = c", "a = b = c", "a != b", "a = b)", "(a = b", "a = b c = d", "a[-1] = b");
    CAPTURE(text);
    CHECK(condition_error(text).starts_with("Invalid ConditionExpression: Syntax error; token: "));
}

TEST_CASE("Updates outside the grammar are syntax errors", "[syntax]") {
    const auto* text = GENERATE(
        "whatever", "set a", "add a", "delete a", "set a=set", "remove a = b", "add a = b", "delete a = b",
        "delete a b", "delete a if_not_exist(b)", "add abort b", "add a if_not_exist(b)", "remove a b",
        "set a b", "set :a = b", "add :a b", "delete :a b", "remove :a", "set a = b / c", "set a = b * c",
        "set a[1] = \"eight\"", "set a[1] = 1", "SET a = if_not_exist(a, 100)", "SET if_not_exist(a, b) = a",
        "set (a = (b + c))", "set a = (b.c).d + e", "set a = (b.c)[0] + e", "set a = b + c + d",
        "SET a = _f(b,c,d)", "SET a = if_not_exists(a, b+c)", "SET # = :a", "SET #hi-there = :a",
        "SET a[:xyz] = :a", "SET a[#xyz] = :a");
    CAPTURE(text);
    CHECK(update_error(text).starts_with("Invalid UpdateExpression: Syntax error; token: "));
}

TEST_CASE("Projections outside the grammar are syntax errors", "[syntax]") {
    const auto* text = GENERATE("whatever(stuff)", ":a", "abort,", "a,,b", "a..b", "a[b]", "(a.b).c", "(a)",
                                "(a),(b)", "(a,b)", "a-b", "a[-1]", "a[]", ",a");
    CAPTURE(text);
    CHECK(projection_error(text).starts_with("Invalid ProjectionExpression: Syntax error; token: "));
}

// Parentheses are allowed around a condition, an operand, and the first part of a path.
TEST_CASE("Parentheses that the grammar allows", "[syntax]") {
    const auto* text = GENERATE("(a = b)", "(a) = (b)", "(a)between(b.c)and((c).d)", "((a = b) AND (c = d))",
                                "(a = b AND (c = d))", "(size(a)) > b", "((size ( a )) < b.c) AND (c > d)",
                                "NOT (a = b)", "NOT NOT NOT a = b", "(a)[0] = b");
    CAPTURE(text);
    CHECK(condition_error(text).empty());
    CHECK(update_error("set a = (b + c), d = ((e.f)+(g)), h = (i)").empty());
}

TEST_CASE("Two pairs of parentheses around one thing are redundant", "[syntax]") {
    const auto* text =
        GENERATE("a=a and a > ((views))", "(a)between(((b.c)).d)and(c)", "a > whatever((:things), ((a)))",
                 "a=a AND ((a=a AND a=a)) AND a=a", "a=a OR ((a=a OR a=a)) OR a=a",
                 "a=a AND ((a=a AND (a=a AND a=a)))", "a=a OR ((a=a OR (a=a OR a=a)))", "((a = b))");
    CAPTURE(text);
    CHECK(condition_error(text) == "Invalid ConditionExpression: The expression has redundant parentheses;");
}

TEST_CASE("Expressions have a length", "[syntax]") {
    CHECK(condition_error("") == "Invalid ConditionExpression: The expression can not be empty;");
    CHECK(update_error("") == "Invalid UpdateExpression: The expression can not be empty;");
    CHECK(projection_error("") == "Invalid ProjectionExpression: The expression can not be empty;");
    CHECK(projection_error(std::string(4096, 'x')).empty());
    CHECK(projection_error(std::string(4097, 'x')) ==
          "Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression "
          "size: 4097");
}

}  // namespace tailrace::expression
