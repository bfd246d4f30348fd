#pragma once

#include <string_view>

namespace tailrace::expression {

/// True for the words that DynamoDB reserves in whatever case: an attribute of such a name can stand in an
/// expression only behind a #placeholder.
bool is_reserved_word(std::string_view name);

}  // namespace tailrace::expression
