#pragma once

#include "server/options/option_table.hpp"

namespace tailrace::server {

/// Adds the options about templates.
void add_template_options(CLI::App& app, RawOptions& raw);

/// Completes the options about templates. Throws CLI::ValidationError if they do not go together.
void check_template_options(RawOptions& raw);

}  // namespace tailrace::server
