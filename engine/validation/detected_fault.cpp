#include "engine/validation/detected_fault.hpp"

#include "engine/model/value_fault.hpp"

namespace tailrace::validation {

bool is_detected(const ApiError& fault, const Wording& wording, Detection reach) {
    if (!wording.detects(reach) || fault.name() != "ValidationException") return false;
    return dynamic_cast<const TypeFault*>(&fault) == nullptr;
}

ApiError detected(const ApiError& fault) {
    return ApiError::validation("1 validation error detected: " + fault.message());
}

}  // namespace tailrace::validation
