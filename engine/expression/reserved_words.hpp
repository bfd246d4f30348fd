#pragma once

#include <string_view>

namespace tailrace::expression {

/// True for a word that DynamoDB reserves, in any case. An expression can name an attribute with such a name
/// only through a #placeholder.
bool is_reserved_word(std::string_view name);

}  // namespace tailrace::expression
