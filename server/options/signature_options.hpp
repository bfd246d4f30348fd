#pragma once

#include <CLI/CLI.hpp>

#include "server/options/options.hpp"

namespace tailrace::server {

/// Adds the option about the signatures of requests.
void add_signature_options(CLI::App& app, Options& options);

}  // namespace tailrace::server
