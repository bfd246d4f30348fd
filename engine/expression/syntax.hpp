#pragma once

#include <string_view>
#include <vector>

#include "engine/expression/expression_kind.hpp"
#include "engine/expression/token.hpp"
#include "engine/expression/update_clause.hpp"

namespace tailrace::expression {

/// The result of parsing an expression, before names, values and types are checked. All texts are views into
/// the expression.

/// One step of a written path: an identifier, a #placeholder, or the digits of a list index.
struct PathStepSyntax {
    TokenKind kind;
    std::string_view text;
};

using PathSyntax = std::vector<PathStepSyntax>;

enum class SyntaxKind {
    /// `path`
    path,
    /// `text` is the :placeholder.
    value,
    /// `text` is the function's name, the children are its arguments.
    call,
    /// `text` is the comparator, two children.
    comparison,
    /// Three children: operand, lower and upper bound.
    between,
    /// The operand, then the list.
    in,
    /// Two or more children.
    all_of,
    any_of,
    /// One child.
    negation,
    /// `text` is "+" or "-", two children.
    arithmetic
};

struct SyntaxNode {
    SyntaxKind kind;
    std::string_view text{};
    std::vector<SyntaxNode> children{};
    PathSyntax path{};
    bool parenthesized = false;
};

struct ConditionSyntax {
    SyntaxNode root;
    /// True if a pair of parentheses is directly inside another.
    bool has_redundant_parentheses = false;
};

struct ActionSyntax {
    UpdateClause clause;
    PathSyntax path;
    /// One node; empty for REMOVE.
    std::vector<SyntaxNode> value;
};

struct UpdateSyntax {
    /// The clauses in the order in which they begin, with repetitions.
    std::vector<UpdateClause> clauses;
    std::vector<ActionSyntax> actions;
    bool has_redundant_parentheses = false;
};

/// The parsers throw ApiError::validation for an empty or too long expression, for a syntax error (with the
/// token where reading stopped and the text around it), and for more than 300 operators. The depth of
/// recursion is bounded for every text.
ConditionSyntax parse_condition(std::string_view text, ExpressionKind kind);
UpdateSyntax parse_update(std::string_view text);
std::vector<PathSyntax> parse_projection(std::string_view text);

}  // namespace tailrace::expression
