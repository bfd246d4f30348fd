#pragma once

#include <string>
#include <vector>

#include "stream/handler/handler_context.hpp"
#include "stream/handler/runtime_function.hpp"

namespace tailrace::stream {

/// Returns the environment of a function's process, each variable as "NAME=value": this process's own
/// variables, those that Lambda sets, and those that direct an AWS SDK to this server. Source: "Working with
/// Lambda environment variables", reserved variables; "Service-specific endpoints" for the SDKs.
std::vector<std::string> function_variables(const RuntimeProgram& program, const HandlerContext& context);

/// The memory size that a function sees in its environment.
inline constexpr const char* function_memory_mb = "128";

}  // namespace tailrace::stream
