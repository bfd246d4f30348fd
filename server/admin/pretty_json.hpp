#pragma once

#include <string>
#include <string_view>

namespace tailrace::server {

/// Formats JSON for people: one member or element a line, indented by two blanks for each level. Empty lists
/// and objects stay on their line. Text that is not JSON is returned unchanged.
std::string pretty_json(std::string_view json);

}  // namespace tailrace::server
