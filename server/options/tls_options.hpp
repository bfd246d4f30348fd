#pragma once

#include "server/options/option_table.hpp"

namespace tailrace::server {

/// Adds the options of TLS.
void add_tls_options(CLI::App& app, RawOptions& raw);

/// Completes the options of TLS. Throws CLI::ValidationError if they do not go together.
void check_tls_options(RawOptions& raw);

}  // namespace tailrace::server
