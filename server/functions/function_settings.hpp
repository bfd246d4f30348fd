#pragma once

#include <boost/json.hpp>
#include <string>

#include "stream/handler/function_definition.hpp"

namespace tailrace::server {

/// What CreateFunction and UpdateFunctionConfiguration set, as FunctionConfiguration shows it: {"Role": …,
/// "Runtime": …, "Handler": …, "Timeout": 3, …}.
using FunctionSettings = boost::json::object;

/// Reads the settings of CreateFunction's request, with Lambda's defaults. Throws LambdaError. A member that
/// cannot be kept is refused, and so is a value that cannot work here.
FunctionSettings read_settings(const boost::json::object& body, const std::string& function_name);

/// Returns the settings with the changes of UpdateFunctionConfiguration's request. Throws LambdaError.
FunctionSettings changed_settings(FunctionSettings settings, const boost::json::object& body);

/// Returns the settings with the members of UpdateFunctionCode's request that belong to them. Throws
/// LambdaError, including for a member that is not known.
FunctionSettings settings_with_code(FunctionSettings settings, const boost::json::object& body);

/// Returns how to run a function that has these settings. Its folder and its version are left empty.
stream::FunctionDefinition definition_of(const std::string& function_name, const FunctionSettings& settings);

}  // namespace tailrace::server
