#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/runner/case/caller.hpp"
#include "conformance/runner/case/case_file.hpp"
#include "conformance/runner/case/case_result.hpp"

namespace tailrace::conformance {

struct RunSettings {
    /// The cases to run, all of the suite.
    std::vector<const Case*> cases;
    /// The beginning of all table names.
    std::string prefix;
    unsigned parallel = 8;
    /// Keep every answer in the results, and run each case to its end.
    bool keep_answers = false;
    /// Show no progress.
    bool quiet = false;
    /// Called with each result before it is counted; marks known differences.
    std::function<void(CaseResult&)> judge;
    /// Called after each case, one call at a time.
    std::function<void(const CaseResult&)> progress;
};

struct RunResult {
    /// In the order of the cases.
    std::vector<CaseResult> cases;
    double seconds = 0;
    /// Why the run ended early, or what it could not do; empty if it was complete.
    std::string trouble;
};

/// Creates the shared tables that the cases need, runs the cases on several threads, and always deletes every
/// table of the prefix.
RunResult run_suite(const Suite& suite, const RunSettings& settings, const Endpoint& endpoint,
                    Interruption& interruption);

/// Deletes every table of the prefix, even after the run was stopped. Returns what went wrong and how to go
/// on; empty if every table is gone.
std::string delete_tables(const Endpoint& endpoint, const std::string& prefix);

}  // namespace tailrace::conformance
