#include "engine/expression/expression_kind.hpp"

#include "engine/model/api_error.hpp"

namespace tailrace::expression {

void reject(ExpressionKind kind, const std::string& message) {
    throw ApiError::validation(std::string(message_prefix(kind)) + message);
}

}  // namespace tailrace::expression
