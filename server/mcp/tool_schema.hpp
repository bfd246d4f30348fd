#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "server/mcp/tool.hpp"

namespace tailrace::server {

/// Returns a tool as tools/list shows it, with the actions that are allowed; null if none is.
boost::json::value tool_json(const Tool& tool, ToolAccess access);

/// Checks the arguments, and calls the tool's action. Answers with a message if an argument is unknown, is
/// missing, has the wrong kind or has no effect, or if the action is not allowed. `refusal` says how it would
/// be allowed.
ToolAnswer call_tool(const Tool& tool, const ToolCall& call, ToolAccess access, std::string_view refusal);

}  // namespace tailrace::server
