#pragma once

#include <string>
#include <string_view>

namespace tailrace::server {

/// Returns the text with every byte that has a meaning in a URL as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace tailrace::server
