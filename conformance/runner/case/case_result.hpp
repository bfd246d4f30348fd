#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/runner/case/case_file.hpp"
#include "conformance/runner/wire/http_exchange.hpp"

namespace tailrace::conformance {

/// How a case ended. A known difference is one that the list names; `gone` is one that it names and that is
/// none any more. `skipped` are those that a run which was stopped did not come to.
enum class Verdict { passed, failed, known_difference, gone, skipped };

/// The step that did not go as expected, in the words of all reports.
struct Failure {
    /// From 1; 0 when the case did not come to its first step.
    std::size_t step = 0;
    /// "POST / DynamoDB_20120810.PutItem" and the body.
    std::string request;
    /// What was expected, as JSON, variables replaced.
    std::string expected;
    /// Status line and body.
    std::string got;
    /// Where the two differ, a line each.
    std::vector<std::string> differences;
    /// A line for a shell that repeats the request.
    std::string curl;
};

/// One answer of a case, of a run that keeps them.
struct StepAnswer {
    std::size_t step = 0;
    std::string request;
    std::string curl;
    HttpAnswer answer;
};

struct CaseResult {
    const Case* test = nullptr;
    Verdict verdict = Verdict::skipped;
    double seconds = 0;
    /// Set for failed and for known_difference.
    std::optional<Failure> failure;
    /// Why the difference is known; for known_difference and gone.
    std::string known_reason;
    /// In the order of the steps; waits have none.
    std::vector<StepAnswer> answers;
    /// What is this run's own, by value: the tables' names and the case's keys, and the variables they are.
    std::map<std::string, std::string> names;
};

}  // namespace tailrace::conformance
