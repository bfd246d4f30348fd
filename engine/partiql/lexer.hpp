#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/partiql/token.hpp"

namespace tailrace::partiql {

/// Throws ApiError::validation "Statement wasn't well formed, can't be processed: <detail>".
[[noreturn]] void reject_statement(std::string_view detail = {});

/// Splits a statement into tokens; the last one is TokenKind::end.
///
///     identifier := (letter | "_" | "$") (letter | digit | "_" | "$")*      may be a keyword
///     quoted     := '"' (any but '"' | '""')* '"'
///     string     := "'" (any but "'" | "''")* "'"
///     number     := (digit+ ["." digit*] | "." digit+) [("e" | "E") ["+" | "-"] digit+]
///     ion        := "`" (any but "`")* "`"
///     symbol     := "<>" | "!=" | "<=" | ">=" | "<<" | ">>" | "||" | one of <>=+-*/%()[]{},.:;?@
///
/// "--" to the end of the line and "/*" to "*/" are white space.
std::vector<Token> tokenize(std::string_view text);

}  // namespace tailrace::partiql
