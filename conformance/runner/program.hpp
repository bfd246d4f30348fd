#pragma once

#include "conformance/runner/options.hpp"
#include "conformance/runner/wire/interruption.hpp"

namespace tailrace::conformance {

/// Does what the command line asks for and returns the exit code. Reports go to stdout, progress and trouble
/// to stderr. Throws what keeps it from beginning.
int run_program(const Options& options, Interruption& interruption);

}  // namespace tailrace::conformance
