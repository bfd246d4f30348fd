#pragma once

#include <cstddef>
#include <string>

namespace tailrace::partiql {

/// The place of a token in its statement, counted from 1, and its length in characters.
struct Position {
    std::size_t line = 1;
    std::size_t column = 1;
    std::size_t length = 0;

    /// " at 1:8:5": the end of a message.
    std::string at() const {
        return " at " + std::to_string(line) + ":" + std::to_string(column) + ":" + std::to_string(length);
    }
};

enum class TokenKind { identifier, quoted_identifier, keyword, string, number, ion, symbol, end };

/// A lexeme. `text` is its value: a keyword in lower case, a string without its quotes, an operator or a
/// bracket as written (but "<>" for "!=").
struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;
    Position position;
};

}  // namespace tailrace::partiql
