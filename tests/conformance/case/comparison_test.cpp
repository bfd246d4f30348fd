#include "conformance/runner/case/comparison.hpp"

#include "tests/catch.hpp"

namespace json = boost::json;
using namespace tailrace::conformance;

namespace {

Case case_expecting(const std::string& body) {
    return parse_cases("a", "b",
                       R"({"source": "page", "tier": 1, "cases": [{"name": "one", "reason": "r",
        "steps": [{"operation": "A", "request": {"TableName": "${table:t}"}, "expect": {"body": )" +
                           body + "}}]}]}")[0];
}

/// The run of one case with one step and this answer.
RunResult run_of(const Case& test, const std::string& body, int status = 200) {
    CaseResult result;
    result.test = &test;
    result.verdict = Verdict::passed;
    result.answers.push_back({1, "POST /", "curl", {status, {}, body}});
    result.names = {{"p-t", "table:t"}, {"c12", "case"}};
    return {{result}, 1, ""};
}

std::vector<std::string> compared(const Case& test, const std::string& first, const std::string& second) {
    const RunResult result = compare_runs(run_of(test, first), run_of(test, second), {});
    return result.cases[0].failure ? result.cases[0].failure->differences : std::vector<std::string>();
}

}  // namespace

// Only the two answers are compared; what the case expects does not matter.
TEST_CASE("two endpoints differ where their answers do") {
    const Case test = case_expecting(R"({"n": 3})");
    CHECK(compared(test, R"({"n": 1})", R"({"n": 1})").empty());
    CHECK(compared(test, R"({"n": 1})", R"({"n": 2})") == std::vector<std::string>{"n: expected 1, got 2"});
    const RunResult other = compare_runs(run_of(test, "{}"), run_of(test, "{}", 400), {});
    CHECK(other.cases[0].verdict == Verdict::failed);
    CHECK(other.cases[0].failure->differences == std::vector<std::string>{"status: 200 and 400"});
}

// No two tables have the same ARN, and a matcher marks where the case accepts any value. A list in any order
// must still have the same members.
TEST_CASE("what differs between any two endpoints does not count as a difference") {
    const Case test =
        case_expecting(R"({"id": {"$match": "any"}, "all": {"$match": {"unordered": [1, 2]}}})");
    CHECK(compared(test, R"({"id": 1, "all": [1, 2]})", R"({"id": 2, "all": [2, 1]})").empty());
    CHECK_FALSE(compared(test, R"({"id": 1, "all": [1, 2]})", R"({"id": 2, "all": [2, 3]})").empty());
    CHECK(compared(test, R"({"Table": {"TableArn": "a"}})", R"({"Table": {"TableArn": "b"}})").empty());
    CHECK_FALSE(compared(test, R"({"Table": {"TableArn": "a"}})", R"({"Table": {}})").empty());
    CHECK(compared(test, R"({"SS": ["a", "b"]})", R"({"SS": ["b", "a"]})").empty());
    CHECK(compared(test, R"({"id": 1, "all": [{"a": 1, "b": 2}, {"a": 3}]})",
                   R"({"id": 1, "all": [{"a": 3}, {"b": 2, "a": 1}]})")
              .empty());
}

// A recorded case can run again, against another endpoint and with other names.
TEST_CASE("a recorded case has variables in place of the run's own names") {
    const Case test = case_expecting("{}");
    const std::string text = recorded_cases(
        run_of(test, R"({"TableId": "x", "Key": "c12", "name": "p-t", "odd": "${"})"), "recorded from there");
    const std::vector<Case> cases = parse_cases("a", "b", text);
    REQUIRE(cases.size() == 1);
    CHECK(cases[0].source == std::vector<std::string>{"recorded from there"});
    CHECK(json::serialize(cases[0].steps[0].request) == R"({"TableName":"${table:t}"})");
    CHECK(cases[0].steps[0].expect == json::parse(R"({"status": 200, "body": {"TableId": {"$match": "any"},
        "Key": "${case}", "name": "${table:t}", "odd": "$${"}})")
                                          .as_object());
}

// Some servers send Message where DynamoDB sends message, and types without a prefix. SDKs accept both.
TEST_CASE("what an SDK does not see counts only to the letter") {
    const json::value ours = json::parse(R"({"__type": "a.b#X", "message": "m", "Extra": 1})");
    const json::value theirs = json::parse(R"({"__type": "X", "Message": "m"})");
    CHECK(AnswerView{}.apply(ours) == ours);
    CHECK(AnswerView{true, false, {"Extra"}}.apply(ours) == AnswerView{true, false, {}}.apply(theirs));
    CHECK(AnswerView{true, false, {}}.apply(ours) != AnswerView{true, false, {}}.apply(theirs));
    const json::value item = json::parse(R"({"Message": "an attribute"})");
    CHECK(AnswerView{true, false, {}}.apply(item) == item);
}

TEST_CASE("numbers by value have one form") {
    for (const auto& [text, form] : {std::pair("007", "7"),
                                     {"1.0", "1"},
                                     {"1E10", "10000000000"},
                                     {"-0", "0"},
                                     {"1E-3", "0.001"},
                                     {"-12.50", "-12.5"},
                                     {"100", "100"},
                                     {"+.5", "0.5"},
                                     {"0.0", "0"},
                                     {"x", "x"},
                                     {"", ""}}) {
        CHECK(canonical_number(text) == form);
    }
    const json::value ours = json::parse(R"({"Item": {"a": {"N": "1"}, "b": {"NS": ["2", "3"]}}})");
    const json::value theirs = json::parse(R"({"Item": {"a": {"N": "1.0"}, "b": {"NS": ["2", "3E0"]}}})");
    CHECK(AnswerView{false, true, {}}.apply(ours) == AnswerView{false, true, {}}.apply(theirs));
    CHECK(AnswerView{false, false, {}}.apply(ours) != AnswerView{false, false, {}}.apply(theirs));
}
