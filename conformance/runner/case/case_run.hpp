#pragma once

#include "conformance/runner/case/caller.hpp"
#include "conformance/runner/case/case_result.hpp"
#include "conformance/runner/case/table_shelf.hpp"

namespace tailrace::conformance {

/// Runs one case: creates its own tables, sends its steps until an answer differs, and deletes what it
/// created. The verdict is passed or failed. Throws only CredentialsRefused, which ends the whole run.
///
/// With `keep_answers` the result has all answers, and a step that differs does not end the case.
CaseResult run_case(const Case& test, Caller& caller, TableShelf& shelf, bool keep_answers);

}  // namespace tailrace::conformance
