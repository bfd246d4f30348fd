#pragma once

#include <string>
#include <string_view>

#include "engine/validation/shape_check.hpp"
#include "tests/validation/refusal.hpp"

/// Checks a request against its operation's shape. Returns "accepted", or the error.
inline std::string answer(std::string_view operation, std::string_view request) {
    return refusal(
        [operation](const boost::json::object& each) { tailrace::validation::check_shape(operation, each); },
        request);
}

/// The error that lists `count` broken constraints.
inline std::string errors(int count, const std::string& list) {
    return "ValidationException: " + std::to_string(count) + " validation error" + (count == 1 ? "" : "s") +
           " detected: " + list;
}
