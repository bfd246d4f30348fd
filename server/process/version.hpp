#pragma once

#include <string_view>

namespace tailrace::server {

/// Returns the version that the build defines: "0.1.0".
std::string_view version();

}  // namespace tailrace::server
