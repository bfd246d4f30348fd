#pragma once

#include "engine/model/api_error.hpp"
#include "engine/model/wording.hpp"

namespace tailrace::validation {

/// Whether an operation of this wording reports `fault`, which it found at `reach`, as an error of the
/// request's shape. Of a value that has no type, or several, AWS says no more than that; and so it is of what
/// is no ValidationException.
bool is_detected(const ApiError& fault, const Wording& wording, Detection reach);

/// The fault with "1 validation error detected: " in front of its message.
ApiError detected(const ApiError& fault);

}  // namespace tailrace::validation
