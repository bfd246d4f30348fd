#pragma once

#include <string_view>

namespace tailrace::server {

/// "0.1.0", as the build names it.
std::string_view version();

}  // namespace tailrace::server
