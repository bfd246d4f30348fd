#include "conformance/runner/case/matcher.hpp"

#include "tests/catch.hpp"

namespace json = boost::json;
using tailrace::conformance::differences;
using tailrace::conformance::differences_at;
using tailrace::conformance::MatchContext;
using tailrace::conformance::MatcherError;
using tailrace::conformance::Scope;

namespace {

using Lines = std::vector<std::string>;

Lines compare(const char* expected, const char* got) {
    const Scope scope("a/b/c", "run");
    return differences(json::parse(expected), json::parse(got), MatchContext{scope, 1000, "body"});
}

bool matches(const char* expected, const char* got) {
    return compare(expected, got).empty();
}

}  // namespace

// Nothing is overlooked: missing values, surplus values and values of another kind are all reported, with
// their places.
TEST_CASE("without matchers everything counts") {
    CHECK(compare(R"({"a": {"b": [1, "x"]}})", R"({"a": {"b": [1.0, "x"]}})").empty());
    CHECK(compare(R"({"a": 1, "b": {"c": ["x"]}})", R"({"b": {"c": ["y", "z"]}, "d": null})") ==
          Lines{"a: expected 1, got nothing", R"(b.c.0: expected "x", got "y")",
                R"(b.c.1: expected nothing, got "z")", "d: expected nothing, got null"});
    CHECK(compare("{}", "[]") == Lines{"the body: expected {}, got []"});
    CHECK(compare("[9007199254740993, 18446744073709551615]", "[9007199254740992, 18446744073709551615]") ==
          Lines{"0: expected 9007199254740993, got 9007199254740992"});
    CHECK(compare(R"({"n": "1"})", R"({"n": 1})") == Lines{R"(n: expected "1", got 1)"});
}

// DynamoDB keeps the order of a list but not of a set.
TEST_CASE("only the values of a set have no order") {
    CHECK(matches(R"({"SS": ["a", "b"]})", R"({"SS": ["b", "a"]})"));
    CHECK_FALSE(matches(R"({"L": ["a", "b"]})", R"({"L": ["b", "a"]})"));
    CHECK_FALSE(matches(R"({"NS": ["1", "1"]})", R"({"NS": ["1", "2"]})"));
    CHECK_FALSE(matches(R"({"NS": ["1"]})", R"({"NS": ["1", "2"]})"));
    CHECK(matches(R"({"SS": {"$match": {"ordered": ["a", "b"]}}})", R"({"SS": ["a", "b"]})"));
    CHECK(compare(R"({"SS": {"$match": {"ordered": ["a", "b"]}}})", R"({"SS": ["b", "a"]})") ==
          Lines{R"(SS.0: expected "a", got "b")", R"(SS.1: expected "b", got "a")"});
    CHECK(compare(R"({"SS": {"$match": {"ordered": ["a"]}}})", "{}") ==
          Lines{"SS: expected a list, got nothing"});
}

TEST_CASE("a matcher of a kind accepts the values of that kind") {
    CHECK(matches(R"({"a": {"$match": "any"}})", R"({"a": null})"));
    CHECK_FALSE(matches(R"({"a": {"$match": "any"}})", "{}"));
    CHECK(matches(R"({"a": {"$match": "absent"}})", "{}"));
    CHECK_FALSE(matches(R"({"a": {"$match": "absent"}})", R"({"a": 1})"));
    CHECK(matches(R"([{"$match": "string"}, {"$match": "number"}, {"$match": "boolean"}])",
                  R"(["", 0.5, false])"));
    CHECK_FALSE(matches(R"({"$match": "number"})", R"("1")"));
    CHECK(matches(R"([{"$match": "list"}, {"$match": "map"}])", "[[], {}]"));
    CHECK(matches(R"({"$match": "uuid"})", R"("0b28b7b3-8d4e-4f06-9d5d-6a3c5d1b2c3d")"));
    CHECK_FALSE(matches(R"({"$match": "uuid"})", R"("0B28B7B3-8D4E-4F06-9D5D-6A3C5D1B2C3D")"));
    CHECK(matches(R"({"$match": "timestamp"})", "1000.5"));
    CHECK_FALSE(matches(R"({"$match": "timestamp"})", "1000000"));
}

TEST_CASE("each rule accepts the values that it describes") {
    CHECK(matches(R"({"$match": {"range": [0.5, 1]}})", "0.5"));
    CHECK(matches(R"({"$match": {"range": [0.5, 1]}})", R"("1")"));
    CHECK_FALSE(matches(R"({"$match": {"range": [0.5, 1]}})", "1.5"));
    CHECK(matches(R"({"$match": {"regex": "^a+$"}})", R"("aaa")"));
    CHECK_FALSE(matches(R"({"$match": {"regex": "^a+$"}})", R"("aab")"));
    const std::string long_text = "\"a" + std::string(200'000, 'b') + "c\"";
    CHECK(matches(R"({"$match": {"regex": "^a[\\s\\S]+c$"}})", long_text.c_str()));
    CHECK(matches(R"({"$match": {"length": 2}})", R"("☃☃")"));
    CHECK(matches(R"({"$match": {"length": [1, 3]}})", "[1, 2]"));
    CHECK(matches(R"({"$match": {"length": 1}})", R"({"a": 1})"));
    CHECK_FALSE(matches(R"({"$match": {"length": 2}})", "[]"));
    CHECK(matches(R"({"$match": {"contains": [2, 1]}})", "[1, 2, 3]"));
    CHECK_FALSE(matches(R"({"$match": {"contains": [4]}})", "[1, 2, 3]"));
    CHECK(matches(R"({"$match": {"includes": {"a": 1}}})", R"({"a": 1, "b": 2})"));
    CHECK_FALSE(matches(R"({"$match": {"includes": {"a": 1}}})", R"({"b": 2})"));
    CHECK(matches(R"({"a": {"$match": {"optional": 1}}})", "{}"));
    CHECK_FALSE(matches(R"({"a": {"$match": {"optional": 1}}})", R"({"a": 2})"));
    CHECK(matches(R"({"$match": {"one-of": [1, 2]}})", "2"));
    CHECK_FALSE(matches(R"({"$match": {"one-of": [1, 2]}})", "3"));
    CHECK(matches(R"({"$match": {"not": 1}})", "2"));
    CHECK_FALSE(matches(R"({"$match": {"not": 1}})", "1"));
    CHECK(matches(R"({"$match": {"each": {"$match": "number"}}})", "[1, 2]"));
    CHECK(compare(R"({"a": {"$match": {"each": 1}}})", R"({"a": [1, 2]})") ==
          Lines{"a.1: expected 1, got 2"});
    CHECK(matches(R"({"a": {"$match": {"optional": {"$match": {"each": {"$match": {"one-of": [1, {"$match":
                      {"includes": {"b": {"$match": "any"}}}}]}}}}}}})",
                  R"({"a": [1, {"b": 2, "c": 3}]})"));
}

// A matcher that accepts too much lets a difference pass, so each one must say what it missed.
TEST_CASE("a rule says what it wanted") {
    CHECK(compare(R"({"$match": {"range": [1, 2]}})", "3") ==
          Lines{"the body: expected a number within [1,2], got 3"});
    CHECK(compare(R"({"$match": {"regex": "a"}})", R"("b")") ==
          Lines{R"(the body: expected a string with "a", got "b")"});
    CHECK(compare(R"({"$match": {"length": [1, 2]}})", "[]") ==
          Lines{"the body: expected a length of [1,2] (its length is 0), got []"});
    CHECK(compare(R"({"$match": {"unordered": [1]}})", "[1, 2]") ==
          Lines{"the body: expected 1 members, got [1,2]"});
    CHECK(compare(R"({"$match": {"contains": [3]}})", "[1]") ==
          Lines{"the body: expected among its members 3, got [1]"});
    CHECK(compare(R"({"$match": {"includes": {"a": 1}}})", R"({"a": 2})") == Lines{"a: expected 1, got 2"});
    CHECK(compare(R"({"$match": {"one-of": [1, 2]}})", "3") ==
          Lines{"the body: expected one of [1,2], got 3"});
    CHECK(compare(R"({"a": {"$match": {"not": 1}}})", "{}") ==
          Lines{"a: expected anything but 1, got nothing"});
    CHECK(compare(R"({"$match": {"each": 1}})", "{}") == Lines{"the body: expected a list, got {}"});
    CHECK(compare(R"({"a": {"$match": "absent"}})", R"({"a": 1})") == Lines{"a: expected nothing, got 1"});
    CHECK(compare(R"({"a": {"$match": "string"}})", "{}") == Lines{"a: expected <string>, got nothing"});
}

// A greedy pairing would give the "any" matcher a member that another expected value needs.
TEST_CASE("unordered finds the pairing that fits") {
    CHECK(matches(R"({"$match": {"unordered": [{"$match": "any"}, 1]}})", "[1, 2]"));
    CHECK(matches(R"({"$match": {"unordered": [1, {"$match": "number"}, {"$match": "any"}]}})",
                  R"(["x", 2, 1])"));
    CHECK_FALSE(matches(R"({"$match": {"unordered": [1, 1]}})", "[1, 2]"));
    CHECK_FALSE(matches(R"({"$match": {"unordered": [1]}})", "[1, 2]"));
}

TEST_CASE("same-as is a value from the answer to an earlier step") {
    Scope scope("a/b/c", "run");
    scope.set_answer(2, "", json::parse(R"({"Item": {"x": {"N": "1"}}})"));
    const MatchContext context{scope, 0, ""};
    const json::value expected = json::parse(R"({"$match": {"same-as": "step-2.Item.x"}})");
    CHECK(differences(expected, json::parse(R"({"N": "1"})"), context).empty());
    CHECK(differences(expected, json::parse(R"({"N": "2"})"), context) ==
          Lines{R"(N: expected "1", got "2")"});
}

// The checksum is that of the four letters, as computed by Python's zlib.crc32.
TEST_CASE("a header's checksum is the body's") {
    const Scope scope("a/b/c", "run");
    const MatchContext context{scope, 0, "body"};
    const json::value expected = json::parse(R"({"$match": "crc32"})");
    const json::value right("3685223346");
    const json::value wrong("1");
    CHECK(differences_at("header x-amz-crc32", expected, &right, context).empty());
    CHECK(differences_at("header x-amz-crc32", expected, &wrong, context) ==
          Lines{R"(header x-amz-crc32: expected the body's CRC32, "3685223346", got "1")"});
}

TEST_CASE("an unknown matcher is reported") {
    CHECK_THROWS_WITH(compare(R"({"$match": "guess"})", "1"), "unknown matcher 'guess'");
    CHECK_THROWS_WITH(compare(R"({"$match": {"guess": 1}})", "1"), "unknown matcher 'guess'");
    CHECK_THROWS_WITH(compare(R"({"$match": "any", "b": 1})", "1"),
                      "$match must be the only member of its object");
    CHECK_THROWS_AS(compare(R"({"$match": {"range": [1]}})", "1"), MatcherError);
}
