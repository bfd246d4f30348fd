#pragma once

#include <vector>

#include "engine/expression/update.hpp"
#include "engine/partiql/syntax.hpp"
#include "engine/partiql/value_binding.hpp"

namespace tailrace::partiql {

/// Converts the SET and REMOVE clauses to an update. Throws ApiError::validation if that is not possible.
expression::Update bind_update(const std::vector<Assignment>& assignments, Parameters parameters);

}  // namespace tailrace::partiql
