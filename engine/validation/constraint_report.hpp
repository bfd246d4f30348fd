#pragma once

#include <boost/json.hpp>

#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {

/// Throws ApiError::validation with AWS's account of what is wrong with a request whose JSON types are right;
/// returns when nothing is. For the rare case: it builds texts as it goes.
void report_broken_constraints(const Shape& input, const boost::json::object& request);

}  // namespace tailrace::validation
