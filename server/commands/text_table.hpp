#pragma once

#include <string>
#include <vector>

namespace tailrace::server {

/// Formats rows of cells as lines with aligned columns, two blanks apart. The first row is the heading. Each
/// row must have as many cells as the first.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace tailrace::server
