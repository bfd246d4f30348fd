#include "conformance/runner/report/file_reports.hpp"
#include "conformance/runner/report/text_report.hpp"
#include "tests/catch.hpp"

using namespace tailrace::conformance;

namespace {

/// A run with one case per verdict, named after the verdict.
struct Run {
    std::vector<Case> cases = parse_cases("items", "get-item", R"({"source": ["page 1", "page 2"], "tier": 1,
        "cases": [
            {"name": "passed", "reason": "It passes.", "steps": [{"operation": "A", "request": {}}]},
            {"name": "failed", "reason": "It fails.", "steps": [{"operation": "A", "request": {}},
                                                                {"operation": "B", "request": {}}]},
            {"name": "skipped", "reason": "It is not run.", "tier": 2,
             "steps": [{"operation": "A", "request": {}}]},
            {"name": "known", "reason": "It differs.", "tier": 3,
             "steps": [{"operation": "A", "request": {}}]},
            {"name": "gone", "reason": "It does not differ any more.", "tier": 3,
             "steps": [{"operation": "A", "request": {}}]}]})");
    RunResult result;

    Run() {
        for (const Case& test : cases) {
            result.cases.emplace_back();
            result.cases.back().test = &test;
        }
        result.cases[0].verdict = Verdict::passed;
        result.cases[0].seconds = 0.25;
        result.cases[1].verdict = Verdict::failed;
        result.cases[1].seconds = 1.5;
        result.cases[1].failure = {2,
                                   "POST / DynamoDB_20120810.B\n{\"a\": \"<&>\"}",
                                   "200 {}",
                                   "200 \x1f\x8b",
                                   {"the body is not JSON: \x1f\x8b", "and `more`"},
                                   "curl 'x'"};
        result.cases[3].verdict = Verdict::known_difference;
        result.cases[3].known_reason = "It is local.";
        result.cases[3].failure = {1, "POST /", "200", "400", {"status: expected 200, got 400"}, "curl"};
        result.cases[4].verdict = Verdict::gone;
        result.cases[4].known_reason = "It was slow.";
        result.seconds = 62;
        result.trouble = "interrupted";
    }
};

const RunTitle title{"ours", "http://127.0.0.1:8000/", "2026-11-21T18:47:22Z"};

}  // namespace

TEST_CASE("the report on the terminal") {
    CHECK(text_report(Run().result, title.url) == R"(FAILED  items/get-item/failed, step 2 of 2
    why       It fails.
    source    page 1
    source    page 2
    request   POST / DynamoDB_20120810.B
              {"a": "<&>"}
    expected  200 {}
    got       200 \x1f\x8b
    differs   the body is not JSON: \x1f\x8b
    differs   and `more`
    again     curl 'x'

GONE    items/get-item/gone
    it passes now; remove it from the known differences (It was slow.)

http://127.0.0.1:8000/
  area       tier 1      tier 2      tier 3         all
  items         1/2         0/1         1/2         2/5
  all           1/2         0/1         1/2         2/5
5 cases: 1 passed, 1 known differences, 2 FAILED, 1 not run, 1 min 2 s
STOPPED: interrupted
)");
}

// The form that programs displaying test results read: https://github.com/testmoapp/junitxml
TEST_CASE("the report in JUnit's form") {
    CHECK(junit_report(Run().result, title) ==
          R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tailrace-conformance http://127.0.0.1:8000/" time="62.000">
  <testsuite name="items" tests="5" failures="2" skipped="2" timestamp="2026-11-21T18:47:22Z">
    <testcase classname="items.get-item" name="passed" time="0.250"/>
    <testcase classname="items.get-item" name="failed" time="1.500"><failure message=)"
          R"("the body is not JSON: \x1f\x8b">FAILED  items/get-item/failed, step 2 of 2&#10;)"
          R"(    why       It fails.&#10;    source    page 1&#10;    source    page 2&#10;)"
          R"(    request   POST / DynamoDB_20120810.B&#10;              {&quot;a&quot;: &quot;&lt;&amp;&gt;)"
          R"(&quot;}&#10;    expected  200 {}&#10;    got       200 \x1f\x8b&#10;)"
          R"(    differs   the body is not JSON: \x1f\x8b&#10;    differs   and `more`&#10;)"
          R"(    again     curl 'x'&#10;</failure></testcase>
    <testcase classname="items.get-item" name="skipped" time="0.000"><skipped message="not run"/></testcase>
    <testcase classname="items.get-item" name="known" time="0.000"><skipped )"
          R"(message="known difference: It is local."/></testcase>
    <testcase classname="items.get-item" name="gone" time="0.000"><failure )"
          R"(message="a known difference is gone"/></testcase>
  </testsuite>
</testsuites>
)");
}

TEST_CASE("the report for programs") {
    CHECK(json_report(Run().result, title) == R"({
  "endpoint": "http://127.0.0.1:8000/",
  "name": "ours",
  "time": "2026-11-21T18:47:22Z",
  "seconds": 6.2E1,
  "trouble": "interrupted",
  "counts": {
    "items": {"passed": 1, "failed": 2, "known": 1, "skipped": 1},
    "all": {"passed": 1, "failed": 2, "known": 1, "skipped": 1}
  },
  "cases": [
    {
      "id": "items/get-item/passed",
      "tier": 1,
      "verdict": "passed",
      "seconds": 2.5E-1,
      "reason": "It passes.",
      "source": ["page 1", "page 2"]
    },
    {
      "id": "items/get-item/failed",
      "tier": 1,
      "verdict": "failed",
      "seconds": 1.5E0,
      "reason": "It fails.",
      "source": ["page 1", "page 2"],
      "failure": {
        "step": 2,
        "request": "POST / DynamoDB_20120810.B\n{\"a\": \"<&>\"}",
        "expected": "200 {}",
        "got": "200 \\x1f\\x8b",
        "differences": ["the body is not JSON: \\x1f\\x8b", "and `more`"],
        "curl": "curl 'x'"
      }
    },
    {
      "id": "items/get-item/skipped",
      "tier": 2,
      "verdict": "skipped",
      "seconds": 0E0,
      "reason": "It is not run.",
      "source": ["page 1", "page 2"]
    },
    {
      "id": "items/get-item/known",
      "tier": 3,
      "verdict": "known difference",
      "seconds": 0E0,
      "reason": "It differs.",
      "source": ["page 1", "page 2"],
      "failure": {
        "step": 1,
        "request": "POST /",
        "expected": "200",
        "got": "400",
        "differences": ["status: expected 200, got 400"],
        "curl": "curl"
      },
      "known": "It is local."
    },
    {
      "id": "items/get-item/gone",
      "tier": 3,
      "verdict": "gone",
      "seconds": 0E0,
      "reason": "It does not differ any more.",
      "source": ["page 1", "page 2"],
      "known": "It was slow."
    }
  ]
}
)");
}

TEST_CASE("the page for people") {
    CHECK(markdown_report(Run().result, title) == R"(# ours

http://127.0.0.1:8000/, 2026-11-21T18:47:22Z, 1 min 2 s.

The run was stopped: interrupted

| area | tier 1 | tier 2 | tier 3 | all |
|---|---|---|---|---|
| items | 1 of 2 | 0 of 1 | 0 of 2 | 1 of 5 |
| all | 1 of 2 | 0 of 1 | 0 of 2 | 1 of 5 |

## Failed

* `items/get-item/failed`: It fails.
  * `the body is not JSON: \x1f\x8b`
  * `and  more `

## Known differences that are gone

* `items/get-item/gone`: It does not differ any more. (It was slow.)

## Known differences

* `items/get-item/known`: It differs. (It is local.)
)");
}
