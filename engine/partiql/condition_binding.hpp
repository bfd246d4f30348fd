#pragma once

#include "engine/expression/condition.hpp"
#include "engine/partiql/syntax.hpp"
#include "engine/partiql/value_binding.hpp"

namespace tailrace::partiql {

/// Converts a WHERE clause to a condition. Throws ApiError::validation if it is not a condition.
expression::Condition bind_condition(const Expression& where, Parameters parameters);

}  // namespace tailrace::partiql
