#pragma once

#include <string_view>

namespace tailrace::expression {

enum class TokenKind {
    identifier,
    name_placeholder,
    value_placeholder,
    digits,
    open_parenthesis,
    close_parenthesis,
    open_bracket,
    close_bracket,
    comma,
    dot,
    plus,
    minus,
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    keyword_and,
    keyword_or,
    keyword_not,
    keyword_between,
    keyword_in,
    keyword_set,
    keyword_remove,
    keyword_add,
    keyword_delete,
    /// A character that begins no token. The parser reports it when it reaches it.
    unknown,
    end
};

/// `text` is a view into the expression, which must outlive its tokens; empty at the end.
struct Token {
    TokenKind kind;
    std::string_view text;
};

}  // namespace tailrace::expression
