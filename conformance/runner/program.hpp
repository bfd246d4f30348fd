#pragma once

#include "conformance/runner/options.hpp"
#include "conformance/runner/wire/interruption.hpp"

namespace tailrace::conformance {

/// Runs the program and returns the exit code. Reports go to stdout, progress and problems to stderr. Throws
/// if the run cannot begin.
int run_program(const Options& options, Interruption& interruption);

}  // namespace tailrace::conformance
