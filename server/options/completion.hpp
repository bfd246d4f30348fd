#pragma once

#include <string>
#include <string_view>

#include "server/options/program_summary.hpp"

namespace tailrace::server {

/// Returns a script for a shell, "bash", "zsh" or "fish". With it the shell completes the program's commands
/// and options, and the values of options that take a file or one of a few words.
std::string completion_script(std::string_view shell, const ProgramSummary& program);

}  // namespace tailrace::server
