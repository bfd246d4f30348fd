#pragma once

#include <span>
#include <string_view>

namespace tailrace::server {

/// One file of the console.
struct ConsolePage {
    /// "app.js", or "views/tables.js".
    std::string_view name;
    std::string_view content_type;
    /// The file, compressed with gzip by the build.
    std::string_view gzip;
};

/// Returns all files of the console. They are part of the executable, and take no memory until they are read.
std::span<const ConsolePage> console_pages();

}  // namespace tailrace::server
