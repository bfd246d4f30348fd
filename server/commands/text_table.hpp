#pragma once

#include <string>
#include <vector>

namespace tailrace::server {

/// Rows of cells as lines whose columns begin below each other, two blanks apart; the first row is the
/// heading. Each row has as many cells as the first.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace tailrace::server
