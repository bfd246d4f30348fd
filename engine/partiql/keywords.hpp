#pragma once

#include <string_view>

namespace tailrace::partiql {

/// True if the word, in lower case, is one of PartiQL's keywords, which can name an attribute or a table only
/// in double quotes. These are the keywords of SQL-92 and some more.
bool is_keyword(std::string_view word);

}  // namespace tailrace::partiql
