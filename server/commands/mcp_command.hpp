#pragma once

#include <cstdio>
#include <string>

namespace tailrace::server {

/// The command that lets an agent use a running server as tools.
struct McpCommand {
    /// The server's URL.
    std::string endpoint = {};
    /// The namespace to work in, which is made if it does not exist; empty for that of the URL.
    std::string namespace_name = {};
    /// The server's --admin-token; empty if it has none.
    std::string token = {};
    /// The region that requests to DynamoDB's API name.
    std::string region = {};
    /// True to offer only the tools that read.
    bool only_reads = false;
};

/// Speaks the Model Context Protocol with the program that started this one: reads a message from each line
/// of `in` and writes each answer as a line to `out`, until `in` ends. Calls of tools are carried out one
/// after another; meanwhile it reads on, so that they can be cancelled. Returns the exit code: 0, or 2 with a
/// line on standard error if the URL cannot be used.
int run_mcp_command(const McpCommand& command, std::FILE* in, std::FILE* out);

}  // namespace tailrace::server
