#pragma once

#include <string>
#include <string_view>

namespace tailrace::expression {

/// Which request parameter an expression stands in. It decides the keywords, the functions and the word that
/// opens a message.
enum class ExpressionKind { condition, filter, key_condition, projection, update };

/// "ConditionExpression", "FilterExpression", …
std::string_view parameter_name(ExpressionKind kind);

/// Throws ApiError::validation "Invalid <parameter>: <message>".
[[noreturn]] void reject(ExpressionKind kind, const std::string& message);

}  // namespace tailrace::expression
