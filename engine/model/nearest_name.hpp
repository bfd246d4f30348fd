#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace {

/// Returns the name of which `text` is probably a misspelling, or an empty text if there is none. The name
/// may differ from `text`, ignoring case, in at most two letters (one if the text has fewer than four), each
/// of which is changed, added, left out or swapped with the next. Names with different digits are different
/// on purpose and never match. Of several equally near names the first one wins.
std::string_view nearest_name(std::string_view text, const std::vector<std::string_view>& names);

/// Judges a text between a comma and "=". It is either the name of a parameter, or part of a value that
/// contains commas, like the "c" of "c=d" in a URL. Returns true if it was probably meant as a name: it is a
/// word of ASCII letters that begins with a capital or resembles a name.
bool is_misspelt_parameter(std::string_view text, const std::vector<std::string_view>& names);

/// Returns "; did you mean BatchSize?", or an empty string.
std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& names);

}  // namespace tailrace
