#pragma once

#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/request.hpp"

namespace tailrace::validation {

/// Throws the fault of a whole request, with "1 validation error detected: " in front of its message if the
/// operation's wording has it. Three kinds of message stay unchanged: for a value that has no type or
/// several, for a fault that is not a ValidationException, and for any fault of a request that AWS reads in
/// its older way.
[[noreturn]] void refuse_detected(const ApiError& fault, const Request& request);

/// Calls `read`, which reads a whole request, and returns its result. Throws its faults as refuse_detected()
/// does.
template <typename Read>
auto detecting(const Request& request, Read&& read) {
    try {
        return std::forward<Read>(read)();
    } catch (const ApiError& fault) {
        refuse_detected(fault, request);
    }
}

}  // namespace tailrace::validation
