#pragma once

#include <optional>
#include <string_view>

#include "engine/expression/expression_kind.hpp"

namespace tailrace::expression {

/// The functions of expressions. Their names are case-sensitive.
enum class Function {
    attribute_exists,
    attribute_not_exists,
    attribute_type,
    begins_with,
    contains,
    size,
    if_not_exists,
    list_append
};

std::optional<Function> function_named(std::string_view name);
std::string_view function_name(Function function);
std::size_t operand_count(Function function);
/// True if the function belongs to updates; all others belong to conditions.
bool is_update_function(Function function);

/// The function with that name. Throws if there is none, or if this kind of expression does not allow it.
Function require_function(std::string_view name, ExpressionKind kind);

/// Throws for a function used where its result has no meaning.
[[noreturn]] void reject_misuse(std::string_view name, ExpressionKind kind);

/// Throws for a call that is nested too deeply to be part of a valid expression.
[[noreturn]] void reject_nested_call(std::string_view name, ExpressionKind kind);

}  // namespace tailrace::expression
