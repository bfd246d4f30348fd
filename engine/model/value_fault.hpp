#pragma once

#include <string>
#include <utility>

#include "engine/model/api_error.hpp"

namespace tailrace {

/// The ValidationException of a number that cannot be read or stored, of a set of numbers that is empty, or
/// of a set with a member twice. It has a type of its own because AWS gives its message alone where it puts
/// the name of the parameter around the message of every other fault.
class ValueFault : public ApiError {
  public:
    explicit ValueFault(std::string message) : ApiError(ApiError::validation(std::move(message))) {}
};

/// The ValidationException of a value that has no type, or several. It has a type of its own because AWS puts
/// nothing in front of its message where it does before those of other faults.
class TypeFault : public ApiError {
  public:
    explicit TypeFault(std::string message) : ApiError(ApiError::validation(std::move(message))) {}
};

/// The ValidationException of a value that is nested too deep. It has a type of its own because a transaction
/// reports the faults of a member's expressions before that of its key.
class NestingFault : public ApiError {
  public:
    NestingFault()
        : ApiError(ApiError::validation(
              "Nesting Levels have exceeded supported limits: Attributes in the item have "
              "nested levels beyond supported limit")) {}
};

}  // namespace tailrace
