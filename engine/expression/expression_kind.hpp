#pragma once

#include <string>
#include <string_view>

namespace tailrace::expression {

/// The request parameter that holds an expression. It determines the keywords, the functions and the first
/// word of a message.
enum class ExpressionKind { condition, filter, key_condition, projection, update };

/// "ConditionExpression", "FilterExpression", …
std::string_view parameter_name(ExpressionKind kind);

/// Throws ApiError::validation "Invalid <parameter>: <message>".
[[noreturn]] void reject(ExpressionKind kind, const std::string& message);

}  // namespace tailrace::expression
