#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/runner/case/caller.hpp"
#include "conformance/runner/case/case_file.hpp"
#include "conformance/runner/case/case_result.hpp"

namespace tailrace::conformance {

struct RunSettings {
    /// The cases to run, which are the suite's.
    std::vector<const Case*> cases;
    /// What the names of all tables begin with.
    std::string prefix;
    unsigned parallel = 8;
    /// Keep every answer in the results, and go through each case to its end.
    bool keep_answers = false;
    /// Show no progress.
    bool quiet = false;
    /// Called with each result before it is counted, for what is known to differ.
    std::function<void(CaseResult&)> judge;
    /// Called after each case, one call at a time.
    std::function<void(const CaseResult&)> progress;
};

struct RunResult {
    /// In the order of the cases.
    std::vector<CaseResult> cases;
    double seconds = 0;
    /// Why the run ended early, or what it could not do; empty for a whole run.
    std::string trouble;
};

/// Makes the shared tables that the cases need, runs them on several threads, and deletes every table of the
/// prefix, whatever happened.
RunResult run_suite(const Suite& suite, const RunSettings& settings, const Endpoint& endpoint,
                    Interruption& interruption);

/// Deletes every table of the prefix, whatever has stopped the run. What went wrong and how to go on; empty
/// when every table is gone.
std::string delete_tables(const Endpoint& endpoint, const std::string& prefix);

}  // namespace tailrace::conformance
