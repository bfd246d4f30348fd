#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace tailrace::expression {

/// The request parameter that holds an expression. It determines the keywords, the functions and the first
/// word of a message.
enum class ExpressionKind { condition, filter, key_condition, projection, update };

/// What opens the messages about an expression of each kind.
inline constexpr std::array<std::string_view, 5> message_prefixes = {
    "Invalid ConditionExpression: ", "Invalid FilterExpression: ", "Invalid KeyConditionExpression: ",
    "Invalid ProjectionExpression: ", "Invalid UpdateExpression: "};

inline std::string_view message_prefix(ExpressionKind kind) {
    return message_prefixes[static_cast<std::size_t>(kind)];
}

/// Throws ApiError::validation with that prefix before the message.
[[noreturn]] void reject(ExpressionKind kind, const std::string& message);

}  // namespace tailrace::expression
