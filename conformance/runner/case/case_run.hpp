#pragma once

#include "conformance/runner/case/caller.hpp"
#include "conformance/runner/case/case_result.hpp"
#include "conformance/runner/case/table_shelf.hpp"

namespace tailrace::conformance {

/// Runs one case: makes its own tables, sends its steps until one differs, deletes what it made. Verdict is
/// passed or failed. Throws only what ends the whole run: CredentialsRefused.
///
/// With `keep_answers` the answers go into the result, and a step that differs does not end the case.
CaseResult run_case(const Case& test, Caller& caller, TableShelf& shelf, bool keep_answers);

}  // namespace tailrace::conformance
