#pragma once

#include <string>

#include "server/commands/running_server.hpp"

namespace tailrace::server {

/// A command that a person sends to a running server.
struct MappingCommand {
    enum class Kind { mappings, failures, redrive };
    Kind kind = Kind::mappings;
    /// The server's URL.
    std::string endpoint = {};
    /// The name or id of one mapping; empty for all.
    std::string mapping = {};
    /// The server's --admin-token; empty if it has none.
    std::string token = {};
};

/// The exit code is 0 if all is well, 1 if calls of functions failed, 2 if the server cannot be reached,
/// refuses, or has no such mapping.
CommandResult run_mapping_command(const MappingCommand& command);

}  // namespace tailrace::server
