#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// Matches a path with a pattern such as "/functions/{FunctionName}/invocations". A part in braces matches
/// any one part that is not empty. Returns the values of these parts, percent-decoded and in order, or
/// nullopt if the path does not match. A slash at the end of the pattern or of the path makes no difference.
std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

}  // namespace tailrace::server
