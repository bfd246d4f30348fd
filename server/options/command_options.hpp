#pragma once

#include <CLI/CLI.hpp>

#include "server/options/option_table.hpp"

namespace tailrace::server {

/// Adds the commands that move items into tables and out of them.
void add_data_commands(CLI::App& app, RawOptions& raw);

/// Adds --seed, and the options of its rules.
void add_seed_options(CLI::App& app, RawOptions& raw);

}  // namespace tailrace::server
