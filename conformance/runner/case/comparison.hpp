#pragma once

#include <string>

#include "conformance/runner/case/suite_run.hpp"

namespace tailrace::conformance {

/// Compares the answers of two endpoints step by step, whatever the cases expect. A case fails if they
/// differ; its failure then has the first endpoint's answer as expected and the second's as got. Values that
/// differ between any two tables (ids, times, ARNs) do not count, nor do those for which the case accepts any
/// value. Both runs must be of the same cases and have kept their answers. `view` selects which parts of an
/// answer count.
RunResult compare_runs(const RunResult& first, const RunResult& second, const AnswerView& view);

/// The body without what differs between any two endpoints, ready to be compared. `expected` is the body that
/// the case expects, with its matchers, or null.
boost::json::value comparable(const boost::json::value& body, const boost::json::value& expected);

/// A file of cases that expect what the endpoint of this run answered. `origin` says which endpoint it was
/// and when, and becomes the cases' source. Throws FormatError if there are no answers.
std::string recorded_cases(const RunResult& result, const std::string& origin);

}  // namespace tailrace::conformance
