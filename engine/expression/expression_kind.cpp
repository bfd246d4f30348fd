#include "engine/expression/expression_kind.hpp"

#include <array>

#include "engine/model/api_error.hpp"

namespace tailrace::expression {

std::string_view parameter_name(ExpressionKind kind) {
    static constexpr std::array<std::string_view, 5> names = {"ConditionExpression", "FilterExpression",
                                                              "KeyConditionExpression",
                                                              "ProjectionExpression", "UpdateExpression"};
    return names[static_cast<std::size_t>(kind)];
}

void reject(ExpressionKind kind, const std::string& message) {
    throw ApiError::validation("Invalid " + std::string(parameter_name(kind)) + ": " + message);
}

}  // namespace tailrace::expression
