#pragma once

#include <boost/json.hpp>

#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {

/// Throws ApiError::validation with AWS's report of the faults of a request whose JSON types are correct;
/// returns if there are none. Called only for rare requests, because it builds texts even if there is no
/// fault.
void report_broken_constraints(const Shape& input, const boost::json::object& request);

}  // namespace tailrace::validation
