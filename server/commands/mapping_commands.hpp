#pragma once

#include <string>

namespace tailrace::server {

/// What a person asks a server that runs.
struct MappingCommand {
    enum class Kind { mappings, failures, redrive };
    Kind kind = Kind::mappings;
    /// The server's URL.
    std::string endpoint = {};
    /// The mapping that is asked for, by its name or id; empty for all.
    std::string mapping = {};
    /// The server's --admin-token; empty if it has none.
    std::string token = {};
};

/// What a command prints and exits with: 0 when all is well, 1 when calls of functions failed, 2 when the
/// server cannot be asked or has no such mapping.
struct CommandResult {
    int exit_code = 0;
    /// For standard output.
    std::string text;
    /// For standard error; one line, or empty.
    std::string error = {};
};

CommandResult run_mapping_command(const MappingCommand& command);

}  // namespace tailrace::server
