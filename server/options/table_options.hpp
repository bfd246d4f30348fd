#pragma once

#include <CLI/CLI.hpp>

#include "server/options/options.hpp"

namespace tailrace::server {

/// Adds the options that make tables slower and stricter, as they are on AWS: changes take time, and requests
/// beyond the limits are refused. A program under development mostly does not want that, so it is off by
/// default.
void add_table_options(CLI::App& app, Options& options);

}  // namespace tailrace::server
