#pragma once

#include <string>

#include "conformance/runner/case/suite_run.hpp"

namespace tailrace::conformance {

/// The number of cases for each way of ending.
struct Count {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t known = 0;
    std::size_t skipped = 0;

    /// A known difference that is gone counts as failed, since the list is wrong.
    void add(Verdict verdict);
    std::size_t all() const { return passed + failed + known + skipped; }
    bool good() const { return failed == 0 && skipped == 0; }
};

/// The counts of one area, by tier (0 to 2) and in all. count_areas returns the areas in alphabetical order
/// and "all" as the last row.
struct AreaRow {
    std::string area;
    Count tiers[3];
    Count all;
};
std::vector<AreaRow> count_areas(const RunResult& result);

/// The report for the terminal: each failure with request, expected, got and a curl line, then the table of
/// areas and tiers, then one line with the sum.
std::string text_report(const RunResult& result, const std::string& endpoint);

/// The report of one failed case, over several lines.
std::string failure_text(const CaseResult& result);

/// "1.2 s", "3 min 4 s".
std::string duration_text(double seconds);

}  // namespace tailrace::conformance
