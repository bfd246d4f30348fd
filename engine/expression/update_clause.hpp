#pragma once

#include <string_view>

namespace tailrace::expression {

enum class UpdateClause { set, remove, add, delete_ };

/// "SET", "REMOVE", "ADD", "DELETE".
std::string_view clause_name(UpdateClause clause);

}  // namespace tailrace::expression
