#pragma once

#include "engine/operation/engine.hpp"
#include "server/mcp/tool.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// What the tools of a namespace work on. The engine and the router must outlive the endpoint.
struct McpParts {
    Engine& engine;
    const Router& router;
    ToolAccess access = ToolAccess::reading;
};

/// Adds POST /_tailrace/mcp, at which agents find and call tools: the Streamable HTTP transport of the Model
/// Context Protocol. There are no sessions and no streams, so GET and DELETE are answered with 405.
void add_mcp_endpoint(Mount& admin, const McpParts& parts);

}  // namespace tailrace::server
