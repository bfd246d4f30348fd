#pragma once

#include <string>
#include <vector>

#include "stream/handler/handler_context.hpp"
#include "stream/handler/runtime_function.hpp"

namespace tailrace::stream {

/// The environment of a function's process, "NAME=value" each: this process's own, with what Lambda sets, and
/// with what leads an AWS SDK to this server. Source: "Working with Lambda environment variables", reserved
/// variables; "Service-specific endpoints" for the SDKs.
std::vector<std::string> function_variables(const RuntimeProgram& program, const HandlerContext& context);

/// How much memory a function is told it has.
inline constexpr const char* function_memory_mb = "128";

}  // namespace tailrace::stream
