#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailrace::server {

/// The limit of the patterns that a budget names. An empty text is for every operation, table or index.
struct PatternBudget {
    std::string operation = {};
    std::string table = {};
    std::string index = {};
    double max_units_per_request = 0;
};

/// The limits that a run must keep, from a file such as
///
///     {"MaxFindings": 0, "AllowedFindings": ["UnusedIndex"], "MaxMonthlyUsd": 10,
///      "Patterns": [{"Operation": "Query", "TableName": "music", "MaxCapacityUnitsPerRequest": 1}]}
struct Budget {
    /// The most findings, not counting the allowed ones; nullopt for no limit.
    std::optional<std::uint64_t> max_findings = {};
    std::vector<std::string> allowed_findings = {};
    std::optional<double> max_monthly_usd = {};
    std::vector<PatternBudget> patterns = {};
};

/// Reads a budget. Throws CommandError, which names the file, for a file that cannot be read, JSON that is
/// not a budget, and a member that is not known.
Budget read_budget(const std::string& file);

/// The result of comparing a run with a budget, in lines.
struct Verdict {
    /// The limits that the run breaks, and those that it may break with what it did not record.
    std::vector<std::string> broken = {};
    /// What people should know even though it breaks no limit.
    std::vector<std::string> remarks = {};
};

/// Compares a run with a budget. `advice` is what GET /_tailrace/advice answers.
Verdict check_budget(const Budget& budget, const boost::json::object& advice);

}  // namespace tailrace::server
