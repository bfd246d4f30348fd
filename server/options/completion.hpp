#pragma once

#include <string>
#include <string_view>

#include "server/options/program_summary.hpp"

namespace tailrace::server {

/// The script that has a shell, "bash", "zsh" or "fish", complete the program's commands and options, and the
/// values of those that take a file or one of some words.
std::string completion_script(std::string_view shell, const ProgramSummary& program);

}  // namespace tailrace::server
