#pragma once

#include <CLI/CLI.hpp>

#include "server/options/options.hpp"

namespace tailrace::server {

/// Adds the options about what tables do as on AWS that is mostly in the way of a program under development:
/// they take time, and they refuse what is too much.
void add_table_options(CLI::App& app, Options& options);

}  // namespace tailrace::server
