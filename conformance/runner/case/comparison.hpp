#pragma once

#include <string>

#include "conformance/runner/case/suite_run.hpp"

namespace tailrace::conformance {

/// Holds what two endpoints answered, step by step, against each other, whatever was expected of either. A
/// case failed when they differ; its failure then has the first endpoint's answer as expected and the
/// second's as got. What differs between any two tables (ids, times, ARNs) and what the case itself accepts
/// any value for does not count. Both runs have to be of the same cases, with their answers kept; `view` says
/// what of them counts.
RunResult compare_runs(const RunResult& first, const RunResult& second, const AnswerView& view);

/// The body without what differs between any two endpoints, so that two bodies can be compared.
/// `expected` is what a case says of it, with its matchers, or null.
boost::json::value comparable(const boost::json::value& body, const boost::json::value& expected);

/// A file of cases that expect what the endpoint of this run answered. `origin` says which one that was and
/// when, and becomes their source. Throws FormatError when nothing was answered.
std::string recorded_cases(const RunResult& result, const std::string& origin);

}  // namespace tailrace::conformance
