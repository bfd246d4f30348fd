#pragma once

#include <string>
#include <utility>

#include "engine/model/api_error.hpp"

/// How the rules that follow the shapes give their answers.
namespace tailrace::validation {

[[noreturn]] inline void refuse(std::string message) {
    throw ApiError::validation(std::move(message));
}

/// The opening that AWS gives to most answers about a combination of parameters.
[[noreturn]] inline void refuse_parameters(const std::string& fault) {
    refuse("One or more parameter values were invalid: " + fault);
}

}  // namespace tailrace::validation
