#include "conformance/runner/case/variables.hpp"

#include "tests/catch.hpp"

namespace json = boost::json;
using tailrace::conformance::Scope;
using tailrace::conformance::VariableError;

namespace {

Scope scope_with(const char* variables) {
    Scope scope("area/operation/name", "run");
    scope.set_variables(json::parse(variables).as_object());
    scope.set_now(1000);
    return scope;
}

std::string resolved(const Scope& scope, const char* text) {
    return json::serialize(scope.resolve(json::parse(text)));
}

}  // namespace

// A string that is just one variable becomes the variable's value, of any type; within a longer string the
// value's text is inserted.
TEST_CASE("variables stand for values and for parts of text") {
    const Scope scope = scope_with(R"({"one": 1, "item": {"S": "${word}"}, "word": "w"})");
    CHECK(resolved(scope, R"(["${one}", "a${one}b${word}", "${item}", "is ${item}"])") ==
          R"([1,"a1bw",{"S":"w"},"is {\"S\":\"w\"}"])");
    CHECK(resolved(scope, R"({"${word}": "$${word}"})") == R"({"w":"${word}"})");
    CHECK(resolved(scope, R"("$${a} ${word} $$${word} $")") == R"("${a} w $${word} $")");
    CHECK(resolved(scope, R"(["${now}", "${now+60}", "${now-60}"])") == R"(["1000","1060","940"])");
}

// Names that must not collide differ between cases and between runs, and have a fixed length.
TEST_CASE("each case has a key of its own") {
    const Scope scope("a/b/c", "run-1");
    CHECK(scope.unique().size() == 12);
    CHECK(scope.unique() == Scope("a/b/c", "run-1").unique());
    CHECK(scope.unique() != Scope("a/b/d", "run-1").unique());
    CHECK(scope.unique() != Scope("a/b/c", "run-2").unique());
    CHECK(scope.lookup("case-number").get_string().size() == 12);
    CHECK(resolved(scope, R"("${case-binary}")") == resolved(scope, R"({"$base64": "${case}"})"));
}

// The answer to a step can be sent on, whole or a part from any depth. The path to it may contain variables.
TEST_CASE("answers of earlier steps are variables") {
    Scope scope = scope_with(R"({"table": "t"})");
    scope.set_answer(1, "page", json::parse(R"({"Responses": {"t": [{"pk": {"S": "x"}}]}})"));
    CHECK(resolved(scope, R"("${step-1.Responses.t.0}")") == R"({"pk":{"S":"x"}})");
    CHECK(resolved(scope, R"("${page.Responses.${table}.0.pk.S}!")") == R"("x!")");
    CHECK(resolved(scope, R"("$${a} ${page.Responses.${table}.0.pk.S}")") == R"("${a} x")");
    CHECK_THROWS_AS(resolved(scope, R"("${step-1.Responses.t.1}")"), VariableError);
    CHECK_THROWS_WITH(resolved(scope, R"("${step-2}")"), "unknown variable ${step-2}");
}

// A slip in a case is reported and does not end the whole run.
TEST_CASE("an unknown or self-referring variable is reported") {
    const Scope scope = scope_with(R"({"round": "a ${about}", "about": ["${round}"], "fine": "f"})");
    CHECK_THROWS_WITH(resolved(scope, R"("${round}")"), "${round} refers to itself");
    CHECK(resolved(scope, R"("${fine}")") == R"("f")");
    CHECK_THROWS_WITH(resolved(scope, R"("${nobody}")"), "unknown variable ${nobody}");
    CHECK_THROWS_WITH(resolved(scope, R"("${now+x}")"), "unknown variable ${now+x}");
    CHECK_THROWS_WITH(resolved(scope, R"("a ${fine")"), "'${' without '}' in a ${fine");
    CHECK_THROWS_WITH(resolved(scope, R"({"${about}": 1})"), "${about} refers to itself");
}

// Values that would be long to write are generated.
TEST_CASE("generators make long values") {
    const Scope scope = scope_with("{}");
    CHECK(resolved(scope, R"({"$repeat": ["ab", 3]})") == R"("ababab")");
    CHECK(resolved(scope, R"({"$join": {"times": 3, "of": "a${index}", "with": " AND "}})") ==
          R"("a0 AND a1 AND a2")");
    CHECK(resolved(scope, R"({"$list": {"times": 2, "of": {"S": "${index}"}}})") ==
          R"([{"S":"0"},{"S":"1"}])");
    CHECK(resolved(scope, R"({"$map": {"times": 2, "key": "a${index}", "of": 1}})") == R"({"a0":1,"a1":1})");
    CHECK(resolved(scope, R"({"$nest": {"times": 2, "of": {"L": ["${inner}"]}, "inner": {"S": "x"}}})") ==
          R"({"L":[{"L":[{"S":"x"}]}]})");
    CHECK(resolved(scope, R"({"$bytes": 3})") == R"("AAAA")");
    CHECK(resolved(scope, R"({"$base64": "text"})") == R"("dGV4dA==")");
    CHECK(resolved(scope, R"({"$merge": [{"a": 1}, {"b": 2}]})") == R"({"a":1,"b":2})");
    CHECK(resolved(scope, R"({"$concat": [[1], [2, 3]]})") == "[1,2,3]");
    CHECK(resolved(scope, R"({"$text": ["a", {"$repeat": ["b", 2]}]})") == R"("abb")");
    CHECK_THROWS_WITH(resolved(scope, R"({"$other": {"times": 1, "of": 1}})"), "unknown generator $other");
}
