#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stream/handler/handler_context.hpp"

namespace tailrace::stream {

struct RuntimeProgram;

/// Returns the environment of a function's process, each variable as "NAME=value": this process's own
/// variables, those that Lambda sets, and those that direct an AWS SDK to this server. Source: "Working with
/// Lambda environment variables", reserved variables; "Service-specific endpoints" for the SDKs.
std::vector<std::string> function_variables(const RuntimeProgram& program, const HandlerContext& context);

/// True if Lambda sets the variable itself, so that a function's definition cannot. Source: "Working with
/// Lambda environment variables", reserved environment variables.
bool is_reserved_variable(std::string_view name);

/// Contains the runtime that a definition names. If it differs from the version of the program that runs, the
/// runtime client logs both. The client removes the variable before the function can see it.
inline constexpr std::string_view named_runtime_variable = "TAILRACE_NAMED_RUNTIME";

}  // namespace tailrace::stream
