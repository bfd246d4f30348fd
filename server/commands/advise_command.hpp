#pragma once

#include <string>

#include "server/commands/running_server.hpp"

namespace tailrace::server {

/// A command that asks a running server for advice about the requests of its run.
struct AdviseCommand {
    /// The server's URL, which may end with /~NAME.
    std::string endpoint = {};
    /// The server's --admin-token; empty if it has none.
    std::string token = {};
    /// "markdown" or "json".
    std::string format = "markdown";
    /// A file with limits; empty for none.
    std::string budget_file = {};
    /// The requests in a month, for the prices; empty for the server's own number.
    std::string monthly_requests = {};
};

/// Prints the advice. The exit code is 0 if all is well. It is 1 if the run breaks the budget, or may break
/// it with what was not recorded; lines on standard error then say so. It is 2 if the server cannot be
/// reached, refuses, or has recorded no run, or if the budget cannot be read.
CommandResult run_advise_command(const AdviseCommand& command);

}  // namespace tailrace::server
