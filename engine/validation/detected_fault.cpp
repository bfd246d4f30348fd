#include "engine/validation/detected_fault.hpp"

#include "engine/model/value_fault.hpp"
#include "engine/validation/older_reading.hpp"

namespace tailrace::validation {

void refuse_detected(const ApiError& fault, const Request& request) {
    const bool is_counted = request.wording().counts_faults && fault.name() == "ValidationException" &&
                            dynamic_cast<const TypeFault*>(&fault) == nullptr &&
                            !is_read_in_older_way(request.json());
    if (!is_counted) throw;
    throw ApiError::validation("1 validation error detected: " + fault.message());
}

}  // namespace tailrace::validation
