#pragma once

#include <string>

#include "conformance/runner/case/suite_run.hpp"

namespace tailrace::conformance {

/// The endpoint and time of a run, for the heads of reports.
struct RunTitle {
    /// "tailrace", "aws" or the value of --name; may be empty.
    std::string name;
    std::string url;
    /// "2026-11-21T18:47:22Z"
    std::string time;
};

// All reports are UTF-8 without control characters, whatever the server has sent (see printable).

/// JUnit's format, which test runners display: a testsuite per area, a testcase per case. A known difference
/// counts as skipped, with its reason. A listed difference that is gone counts as a failure.
std::string junit_report(const RunResult& result, const RunTitle& title);

/// Everything, for programs:
///   {"endpoint", "name", "time", "seconds", "trouble", "counts": {"AREA": {"passed", "failed", "known",
///    "skipped"}, ...}, "cases": [{"id", "tier", "verdict", "seconds", "reason", "source", "failure"?:
///    {"step", "request", "expected", "got", "differences": [...], "curl"}, "known"?}]}
std::string json_report(const RunResult& result, const RunTitle& title);

/// A page for people: the table of areas and tiers, the failures, the known differences.
std::string markdown_report(const RunResult& result, const RunTitle& title);

/// Formats a time for reports, from seconds since 1970: "2026-11-21T18:47:22Z".
std::string report_time(long long seconds);

/// Throws std::runtime_error if the file cannot be written.
void write_file(const std::string& path, const std::string& text);

}  // namespace tailrace::conformance
