#pragma once

#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/request.hpp"

namespace tailrace::validation {

/// Throws the fault of a whole request, with "1 validation error detected: " in front of its message where
/// the request's operation words it so. Of a value that has no type, or several, AWS says no more than that;
/// and so it is of what is no ValidationException, and of every fault of a request that AWS reads in its
/// older way.
[[noreturn]] void refuse_detected(const ApiError& fault, const Request& request);

/// Returns what `read` reads of a whole request. Throws its faults as refuse_detected() does.
template <typename Read>
auto detecting(const Request& request, Read&& read) {
    try {
        return std::forward<Read>(read)();
    } catch (const ApiError& fault) {
        refuse_detected(fault, request);
    }
}

}  // namespace tailrace::validation
