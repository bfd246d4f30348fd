#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "server/options/option_table.hpp"

namespace tailrace::server {

/// Adds the commands that move items into tables and out of them, and all tables to another place.
void add_data_commands(CLI::App& app, RawOptions& raw);

/// Adds --endpoint, and its other name --endpoint-url, to a command for a running server.
void add_endpoint_option(CLI::App& command, std::string& endpoint);

/// Accepts one of these words.
CLI::Validator one_of(std::vector<std::string_view> names);
/// Adds the command that lets an agent use a running server.
void add_mcp_command(CLI::App& app, RawOptions& raw);

/// Adds --seed, and the options of its rules.
void add_seed_options(CLI::App& app, RawOptions& raw);

}  // namespace tailrace::server
