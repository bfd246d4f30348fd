#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// Returns the delimiter of a CSV text: "," ";" ":" "|" "tab" or "space", as ImportTable has them. Throws
/// DataFault for everything else.
char csv_delimiter(std::string_view text);

/// Returns the names in a header, which is one line of CSV. Throws DataFault.
std::vector<std::string> csv_header(std::string_view line, char delimiter);

}  // namespace tailrace::server
