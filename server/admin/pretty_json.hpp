#pragma once

#include <string>
#include <string_view>

namespace tailrace::server {

/// JSON for people: a member or element a line, two blanks deeper for each level; lists and objects without
/// any stay on their line. Text that is no JSON comes back as it is.
std::string pretty_json(std::string_view json);

}  // namespace tailrace::server
