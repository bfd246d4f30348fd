#pragma once

#include <string>
#include <utility>

#include "engine/model/api_error.hpp"

/// Functions with which the rules that follow the shape check report their faults.
namespace tailrace::validation {

[[noreturn]] inline void refuse(std::string message) {
    throw ApiError::validation(std::move(message));
}

/// The prefix of most of AWS's messages about a combination of parameters.
[[noreturn]] inline void refuse_parameters(const std::string& fault) {
    refuse("One or more parameter values were invalid: " + fault);
}

}  // namespace tailrace::validation
