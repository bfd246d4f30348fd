#pragma once

#include <string>
#include <vector>

#include "server/commands/running_server.hpp"

namespace tailrace::server {

/// A table of a running server, and the rules that change its items while they are moved.
struct ServerTable {
    /// The server's URL, which may end with /~NAME.
    std::string endpoint = {};
    /// The server's --admin-token; empty if it has none.
    std::string token = {};
    std::string table = {};
    /// See AttributeRules; may be empty.
    std::string rules_file = {};
    std::string rules_key = {};
};

/// A command that puts items into a table of a running server.
struct ImportCommand {
    ServerTable target = {};
    /// "-" is standard input.
    std::vector<std::string> files = {};
    /// If empty, it is detected from the file.
    std::string format = {};
    /// Of CSV; see csv_delimiter() and csv_header(). May be empty.
    std::string delimiter = {};
    std::string header = {};
    /// True to write progress even if standard error is not a terminal.
    bool shows_progress = false;
};

/// Sends the items to the server, and writes refused lines and the progress to standard error meanwhile. The
/// exit code is 0 if all went well, 1 if lines were refused, 2 if the server cannot be reached or refuses, or
/// a file cannot be read.
CommandResult run_import_command(const ImportCommand& command);

/// A command that writes the items of a table of a running server.
struct ExportCommand {
    ServerTable source = {};
    /// The file to write; empty or "-" for standard output.
    std::string output = {};
    /// The folder for an export in the form of S3, instead of a file; may be empty. See S3Export.
    std::string folder = {};
    std::string format = "dynamodb-json";
    /// "gzip" or "zstd"; empty for none.
    std::string compression = {};
    std::string delimiter = {};
    bool shows_progress = false;
};

/// Writes the items to the file, the folder or standard output, and the progress to standard error meanwhile.
/// A file has its name only once it is complete. The exit code is 0, or 2 if the server cannot be reached or
/// refuses, or the file cannot be written.
CommandResult run_export_command(const ExportCommand& command);

}  // namespace tailrace::server
