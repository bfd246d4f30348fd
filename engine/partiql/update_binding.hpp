#pragma once

#include <vector>

#include "engine/expression/update.hpp"
#include "engine/partiql/syntax.hpp"
#include "engine/partiql/value_binding.hpp"

namespace tailrace::partiql {

/// The SET and REMOVE clauses as an update. Throws ApiError::validation for what is none.
expression::Update bind_update(const std::vector<Assignment>& assignments, Parameters parameters);

}  // namespace tailrace::partiql
