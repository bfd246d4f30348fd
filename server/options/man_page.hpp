#pragma once

#include <string>
#include <string_view>

#include "server/options/program_summary.hpp"

namespace tailrace::server {

/// Returns the manual page tailrace(1), in the macros of man(7).
std::string man_page(const ProgramSummary& program, std::string_view version);

}  // namespace tailrace::server
