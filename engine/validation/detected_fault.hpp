#pragma once

#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/value_fault.hpp"

namespace tailrace::validation {

/// Throws the fault with "1 validation error detected: " in front of its message, or as it is when it is not
/// a ValidationException.
[[noreturn]] void throw_detected(const ApiError& fault);

/// Runs a check that PutItem, UpdateItem or DeleteItem makes before it looks at its table, and returns what
/// it returns. AWS reports what is wrong there as an error of the request's shape; only of a value that has
/// no type, or several, it says no more than that.
///
/// With `Fault` = ValueFault only such faults are reported so. That, and a check outside of `detecting`, is
/// for what AWS was seen to word in both ways in 2026. Sources: the observations of AWS in
/// paritysuite/dynamodb-conformance, valueLayers.test.ts and deleteItem.test.ts (October 2026), and in
/// nubo-db/dynamodb-conformance, putItem.test.ts and updateItem.test.ts (May 2026).
template <typename Fault = ApiError, typename Check>
decltype(auto) detecting(Check&& check) {
    try {
        return std::forward<Check>(check)();
    } catch (const TypeFault&) {
        throw;
    } catch (const Fault& fault) {
        throw_detected(fault);
    }
}

}  // namespace tailrace::validation
