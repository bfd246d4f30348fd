#include "conformance/runner/case/known_differences.hpp"

#include "tests/catch.hpp"

using namespace tailrace::conformance;

namespace {

constexpr const char* list = R"({"ours": [{"case": "a/b/one", "reason": "it is local"}], "theirs": []})";

Suite suite_of_two() {
    return {parse_cases("a", "b", R"({"source": "page", "tier": 1, "cases": [
        {"name": "one", "reason": "r", "steps": [{"operation": "A", "request": {}}]},
        {"name": "two", "reason": "r", "steps": [{"operation": "A", "request": {}}]}]})"),
            {}};
}

Verdict judged(const KnownDifferences& known, const Case& test, Verdict verdict) {
    CaseResult result;
    result.test = &test;
    result.verdict = verdict;
    known.judge(result);
    return result.verdict;
}

}  // namespace

// A listed difference is not a failure, but a listed difference that is gone is one, so that the list stays
// true.
TEST_CASE("known differences are judged by the endpoint's own list") {
    const Suite suite = suite_of_two();
    const KnownDifferences ours(list, "ours", suite);
    CHECK(judged(ours, suite.cases[0], Verdict::failed) == Verdict::known_difference);
    CHECK(judged(ours, suite.cases[0], Verdict::passed) == Verdict::gone);
    CHECK(judged(ours, suite.cases[1], Verdict::failed) == Verdict::failed);
    CHECK(judged(ours, suite.cases[1], Verdict::passed) == Verdict::passed);
    CHECK(judged(KnownDifferences(list, "theirs", suite), suite.cases[0], Verdict::failed) ==
          Verdict::failed);
    CHECK(judged(KnownDifferences(list, "", suite), suite.cases[0], Verdict::passed) == Verdict::passed);
}

// One reason may apply to many cases.
TEST_CASE("known differences may be listed together") {
    const Suite suite = suite_of_two();
    const KnownDifferences known(R"({"x": [{"cases": ["a/b/one", "a/b/two"], "reason": "r"}]})", "x", suite);
    CHECK(judged(known, suite.cases[0], Verdict::failed) == Verdict::known_difference);
    CHECK(judged(known, suite.cases[1], Verdict::failed) == Verdict::known_difference);
}

// Every line of a difference needs a rule whose other parts match the request and both answers.
TEST_CASE("random differences are known by rules") {
    const KnownDifferences known(
        R"({"x": [{"random": {"request": "^Put", "got": "^400", "differs": "^message: "}, "reason": "words"},
                  {"random": {"expected": "Item", "differs": "^Item"}, "reason": "an item"}]})",
        "x", suite_of_two());
    Failure difference;
    difference.request = "Put\n{}";
    difference.expected = "400 {\"Item\":{}}";
    difference.got = "400 {}";
    difference.differences = {"message: expected a, got b", "Item: expected {}, got nothing"};
    CHECK(known.reasons_for(difference) == std::set<std::string>{"words", "an item"});
    difference.differences.emplace_back("Count: expected 1, got 2");
    CHECK(known.reasons_for(difference) == std::nullopt);
    difference.differences = {"message: expected a, got b"};
    CHECK(known.reasons_for(difference) == std::set<std::string>{"words"});
    difference.request = "Get\n{}";
    CHECK(known.reasons_for(difference) == std::nullopt);
}

TEST_CASE("a list with an empty rule is refused") {
    const Suite suite = suite_of_two();
    const auto refusal = [&suite](const std::string& entries) {
        try {
            KnownDifferences(R"({"x": [)" + entries + "]}", "ours", suite);
        } catch (const FormatError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const std::string lacks =
        "a known difference of x lacks 'reason', or one of 'case', 'cases' and 'random'";
    CHECK(refusal(R"({"case": "a/b/three", "reason": "r"})") ==
          "a known difference names no case: a/b/three");
    CHECK(refusal(R"({"cases": ["a/b/one", "a/b/three"], "reason": "r"})") ==
          "a known difference names no case: a/b/three");
    CHECK(refusal(R"({"case": "a/b/one", "reason": "r"}, {"cases": ["a/b/one"], "reason": "s"})") ==
          "a known difference of x is listed twice: a/b/one");
    CHECK(refusal(R"({"case": "a/b/one", "reason": ""})") == lacks);
    CHECK(refusal(R"({"cases": [], "reason": "r"})") == lacks);
    CHECK(refusal(R"({"random": {}, "reason": "r"})") == lacks);
    CHECK(refusal(R"({"random": {"answer": "a"}, "reason": "r"})") ==
          "a rule for random requests has 'request', 'expected', 'got' and 'differs', not 'answer'");
    CHECK(refusal(R"({"random": {"got": "("}, "reason": "r"})")
              .starts_with("'(' is not a regular expression: "));
}
