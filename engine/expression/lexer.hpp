#pragma once

#include <string_view>
#include <vector>

#include "engine/expression/expression_kind.hpp"
#include "engine/expression/token.hpp"

namespace tailrace::expression {

/// Splits an expression into tokens; the last one is TokenKind::end.
///
///     identifier := letter (letter | digit | "_")*
///     name       := "#" (letter | digit | "_")+
///     value      := ":" (letter | digit | "_")+
///     digits     := digit+
///
/// AND, OR, NOT, BETWEEN and IN are keywords of conditions; SET, REMOVE, ADD and DELETE are keywords of
/// updates. Their case does not matter.
std::vector<Token> tokenize(std::string_view text, ExpressionKind kind);

}  // namespace tailrace::expression
