#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/runner/case/case_file.hpp"
#include "conformance/runner/wire/http_exchange.hpp"

namespace tailrace::conformance {

/// The outcome of a case. `known_difference`: the case differs, and the list of known differences has it.
/// `gone`: the list has the case, but the case no longer differs. `skipped`: the run was stopped before the
/// case.
enum class Verdict { passed, failed, known_difference, gone, skipped };

/// The step that did not go as expected, with the texts that all reports use.
struct Failure {
    /// Counted from 1; 0 if the case failed before its first step.
    std::size_t step = 0;
    /// "POST / DynamoDB_20120810.PutItem" and the body.
    std::string request;
    /// The expected answer as JSON, with variables replaced.
    std::string expected;
    /// Status line and body.
    std::string got;
    /// Where the two differ, one line each.
    std::vector<std::string> differences;
    /// A shell command that repeats the request.
    std::string curl;
};

/// One answer of a case; kept only by runs that keep answers.
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
    /// Set for failed and known_difference.
    std::optional<Failure> failure;
    /// Why the difference is known; for known_difference and gone.
    std::string known_reason;
    /// In the order of the steps; a wait has none.
    std::vector<StepAnswer> answers;
    /// The names that belong to this run, such as its tables and the case's keys, mapped to the variables
    /// they come from.
    std::map<std::string, std::string> names;
};

}  // namespace tailrace::conformance
