#include "conformance/runner/case/case_file.hpp"

#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace::conformance;

namespace {

/// A file with one case that has these steps.
std::string file_with(const std::string& steps) {
    return R"({"source": "a page", "tier": 2, "tags": ["slow"], "variables": {"v": 1, "w": 1}, "cases": [)"
           R"({"name": "one", "reason": "why", "tags": ["own"], "variables": {"w": 2}, "steps": )" +
           steps + "}]}";
}

std::vector<Case> parse(const std::string& text) {
    return parse_cases("area", "operation", text);
}

}  // namespace

// Members at the top of the file apply to every case: a case's own source and tier replace them, its own tags
// and variables are added.
TEST_CASE("a case takes from its file what it does not say itself") {
    const std::vector<Case> cases = parse(file_with(R"([{"operation": "ListTables", "request": {}}])"));
    REQUIRE(cases.size() == 1);
    const Case& one = cases[0];
    CHECK(one.id() == "area/operation/one");
    CHECK(one.source == std::vector<std::string>{"a page"});
    CHECK(one.tier == 2);
    CHECK(one.tags == std::vector<std::string>{"slow", "own"});
    CHECK(boost::json::serialize(one.variables) == R"({"v":1,"w":2})");
    CHECK(one.has_tag("tier-2"));
    CHECK_FALSE(one.has_tag("tier-1"));
    CHECK(one.has_tag("own"));
    CHECK_FALSE(one.has_tag("quick"));
}

// A case names its tables simply by using them, anywhere in its steps.
TEST_CASE("the tables of a case are found in its steps and variables") {
    const Case one = parse(file_with(R"([
        {"operation": "GetItem", "request": {"TableName": "${table:hash-s}"}},
        {"raw": {"text": "${own-table:range-n} ${table:hash-s}"}, "expect": {"text": "${table:hash-b}"}},
        {"wait": {"table": "${new-table}", "until": "active"}}])"))[0];
    CHECK(one.tables("table") == std::vector<std::string>{"hash-b", "hash-s"});
    CHECK(one.tables("own-table") == std::vector<std::string>{"range-n"});
    CHECK(one.tables("new-table") == std::vector<std::string>{""});
}

TEST_CASE("a step is repeated only if its \"eventually\" is true") {
    const Case one = parse(file_with(R"([{"operation": "A", "request": {}, "eventually": true},
                                         {"operation": "A", "request": {}, "eventually": false},
                                         {"operation": "A", "request": {}}])"))[0];
    CHECK(one.steps[0].eventually);
    CHECK_FALSE(one.steps[1].eventually);
    CHECK_FALSE(one.steps[2].eventually);
}

namespace {

/// A suite with one case that has these steps, and with these observed answers.
Suite suite_with(const std::string& steps, const std::string& answers) {
    const tailrace::tests::TemporaryFolder folder;
    std::filesystem::create_directories(folder.path("cases/area/operation"));
    std::filesystem::create_directory(folder.path("tables"));
    std::ofstream(folder.path("cases/area/operation/file.json")) << file_with(steps);
    std::ofstream(folder.path("observed-answers.json")) << R"({"answers": [)" + answers + "]}";
    return load_suite(folder.path("."));
}

const std::string expects_it = R"([{"operation": "A", "request": {}, "expect": {"observed": "an-answer"}}])";

}  // namespace

// AWS introduces a change in one region after the other.
TEST_CASE("an observed answer has a newer and an older form, and the older one lists its regions") {
    const std::string answer =
        R"({"name": "an-answer", "reason": "why", "source": "a page", "newer": {"body": {"a": 1}},)"
        R"( "older": {"status": 400}, "older-regions": ["eu-west-1", "us-east-2"]})";
    const Suite suite = suite_with(expects_it, answer);
    REQUIRE(suite.cases.size() == 1);
    const Step& step = suite.cases[0].steps[0];
    CHECK(boost::json::serialize(step.expect) == R"({"body":{"a":1}})");
    CHECK(boost::json::serialize(step.older.expect) == R"({"status":400})");
    CHECK(step.older.regions == std::vector<std::string>{"eu-west-1", "us-east-2"});

    CHECK_THROWS_WITH(suite_with(expects_it, ""),
                      "area/operation/one expects an observed answer that does not exist: \"an-answer\"");
    CHECK_THROWS_WITH(suite_with(R"([{"operation": "A", "request": {}}])", answer),
                      "no step expects the observed answer 'an-answer'");
    CHECK_THROWS_WITH(suite_with(expects_it, answer + "," + answer),
                      "two observed answers are called an-answer");
    CHECK_THROWS_WITH(suite_with(expects_it, R"({"name": "an-answer", "reason": "why", "newer": {}})"),
                      "observed-answers.json: 'an-answer' lacks a member");
    CHECK_THROWS_WITH(
        suite_with(R"([{"operation": "A", "request": {}, "expect": {"observed": "a", "status": 400}}])", ""),
        Catch::Matchers::EndsWith("area/operation/one step 1.expect has more than 'observed'"));
}

// A slip in a case must not make it pass without testing anything.
TEST_CASE("what is not in the format is refused") {
    CHECK_THROWS_WITH(parse("{"), "area/operation is not JSON: incomplete JSON");
    CHECK_THROWS_WITH(parse(R"({"cases": [], "skip": 1})"), "area/operation has no member 'skip'");
    CHECK_THROWS_WITH(parse(file_with("[]")), "area/operation/one has no steps");
    CHECK_THROWS_WITH(parse(file_with(R"([{"operation": "A", "request": {}, "expects": {}}])")),
                      "area/operation/one step 1 has no member 'expects'");
    CHECK_THROWS_WITH(parse(file_with(R"([{"operation": "A", "request": {}, "raw": {}}])")),
                      "area/operation/one step 1 must have one of operation, raw and wait");
    CHECK_THROWS_WITH(parse(file_with(R"([{"operation": "A", "request": {}, "expect": {"Body": {}}}])")),
                      "area/operation/one step 1.expect has no member 'Body'");
    CHECK_THROWS_WITH(parse(file_with(R"([{"operation": "A", "request": {}, "eventually": 1}])")),
                      "area/operation/one step 1: 'eventually' is not a boolean");
    CHECK_THROWS_WITH(
        parse(file_with(R"([{"operation": "A", "request": {}, "expect": {"body": 1, "text": 1}}])")),
        "area/operation/one step 1.expect has more than one of body, text and error");
    CHECK_THROWS_WITH(parse(R"({"tier": 1, "cases": [{"name": "a", "reason": "b", "steps": []}]})"),
                      "area/operation/a lacks 'source'");
    CHECK_THROWS_WITH(parse(R"({"cases": [{"name": "A b", "reason": "b", "steps": []}]})"),
                      "area/operation: 'A b' is not lower case words with hyphens between");
}
