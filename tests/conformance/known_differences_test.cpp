#include "conformance/runner/known_differences.hpp"

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

// A difference on the list is no failure, and one that is gone is: the list must not outlive what it lists.
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

TEST_CASE("a list that says nothing is refused") {
    const Suite suite = suite_of_two();
    CHECK_THROWS_WITH(KnownDifferences(R"({"x": [{"case": "a/b/three", "reason": "r"}]})", "ours", suite),
                      "a known difference names no case: a/b/three");
    CHECK_THROWS_WITH(KnownDifferences(R"({"x": [{"case": "a/b/one", "reason": ""}]})", "ours", suite),
                      "a known difference of x lacks 'case' or 'reason'");
}
