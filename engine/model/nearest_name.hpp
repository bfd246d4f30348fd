#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

/// The one of `names` for which `text` is probably a slip of the pen: it differs, but for upper and lower
/// case, in two letters at most (one if the text has fewer than four), each changed, added, left out or
/// swapped with the next. Names with other digits are different on purpose. Empty if there is none; the first
/// of several that are as near.
std::string_view nearest_name(std::string_view text, const std::vector<std::string_view>& names);

/// "; did you mean BatchSize?", or empty.
std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& names);

}  // namespace tailrace
