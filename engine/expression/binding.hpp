#pragma once

#include <string_view>

#include "engine/expression/expression_kind.hpp"
#include "engine/expression/operand_rules.hpp"
#include "engine/expression/path.hpp"
#include "engine/expression/placeholders.hpp"
#include "engine/expression/syntax.hpp"

namespace tailrace::expression {

/// Resolves the placeholders of one expression, with errors in the words of its kind.
class Binding {
  public:
    Binding(ExpressionKind kind, Placeholders& placeholders) : kind_(kind), placeholders_(placeholders) {}

    ExpressionKind kind() const { return kind_; }
    OperandRules rules() const { return OperandRules(message_prefix(kind_)); }

    /// Checks what needs no placeholder: reserved words and the range of list indexes.
    void require_allowed_names(const PathSyntax& path) const;

    /// Throws if a #name is not defined or if there are more than 32 steps.
    Path path(const PathSyntax& path);
    /// Throws if the :value is not defined.
    const AttributeValue& value(std::string_view placeholder);

  private:
    ExpressionKind kind_;
    Placeholders& placeholders_;
};

}  // namespace tailrace::expression
