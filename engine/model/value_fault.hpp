#pragma once

#include <string>
#include <utility>

#include "engine/model/api_error.hpp"

namespace tailrace {

/// The ValidationException for a number that cannot be read or stored, for an empty set of numbers, or for a
/// set with duplicates. It has its own type because AWS returns its message unchanged, but wraps the message
/// of every other fault in a sentence that names the parameter.
class ValueFault : public ApiError {
  public:
    explicit ValueFault(std::string message) : ApiError(ApiError::validation(std::move(message))) {}
};

/// The ValidationException for a value that has no type, or several. It has its own type because AWS puts a
/// prefix in front of the messages of other faults, but not of this one.
class TypeFault : public ApiError {
  public:
    explicit TypeFault(std::string message) : ApiError(ApiError::validation(std::move(message))) {}
};

/// The ValidationException for a value that is nested too deep. It has its own type because a transaction
/// reports the faults of a member's expressions before this fault of its key.
class NestingFault : public ApiError {
  public:
    NestingFault()
        : ApiError(ApiError::validation(
              "Nesting Levels have exceeded supported limits: Attributes in the item have "
              "nested levels beyond supported limit")) {}
};

}  // namespace tailrace
