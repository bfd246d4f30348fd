#pragma once

#include "conformance/runner/caller.hpp"
#include "conformance/runner/case_result.hpp"
#include "conformance/runner/table_shelf.hpp"

namespace tailrace::conformance {

/// Runs one case: makes its own tables, sends its steps until one differs, deletes what it made. Verdict is
/// passed or failed. Throws only what ends the whole run: CredentialsRefused.
CaseResult run_case(const Case& test, Caller& caller, TableShelf& shelf);

}  // namespace tailrace::conformance
