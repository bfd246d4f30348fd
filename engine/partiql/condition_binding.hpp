#pragma once

#include "engine/expression/condition.hpp"
#include "engine/partiql/syntax.hpp"
#include "engine/partiql/value_binding.hpp"

namespace tailrace::partiql {

/// A WHERE clause as a condition. Throws ApiError::validation for what is none.
expression::Condition bind_condition(const Expression& where, Parameters parameters);

}  // namespace tailrace::partiql
