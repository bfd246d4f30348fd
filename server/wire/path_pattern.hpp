#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// What a request's path has in the places of a pattern's placeholders, percent-decoded, in their order;
/// nothing when it does not match. In a pattern such as "/functions/{FunctionName}/invocations" a part in
/// braces stands for any one part that is not empty. A slash at the end, of the pattern or of the path, makes
/// no difference.
std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

}  // namespace tailrace::server
