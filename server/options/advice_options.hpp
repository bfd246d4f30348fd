#pragma once

#include <CLI/CLI.hpp>

#include "server/options/option_table.hpp"

namespace tailrace::server {

/// Adds the options about what the server says of the requests that it gets.
void add_advice_options(CLI::App& app, RawOptions& raw);

/// Adds the command that asks a running server for advice.
void add_advise_command(CLI::App& app, RawOptions& raw);

}  // namespace tailrace::server
