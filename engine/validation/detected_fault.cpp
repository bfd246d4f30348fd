#include "engine/validation/detected_fault.hpp"

namespace tailrace::validation {

void throw_detected(const ApiError& fault) {
    if (fault.name() != "ValidationException") throw;
    throw ApiError::validation("1 validation error detected: " + fault.message());
}

}  // namespace tailrace::validation
