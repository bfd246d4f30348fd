#pragma once

#include <string>

#include "server/lambda/lambda_error.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// Returns the hint for the name of a function that is not there.
std::string unknown_function_hint(const stream::FunctionRegistry& functions, const std::string& name);

/// Returns the error for a reference, "NAME" or "NAME:QUALIFIER", that does not name an existing function.
/// The error's hint names the functions that exist.
HintedLambdaError unknown_function(const stream::FunctionRegistry& functions, const std::string& reference);

}  // namespace tailrace::server
