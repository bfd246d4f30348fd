#pragma once

#include "server/options/options.hpp"

namespace tailrace::server {

/// Builds the server from its parts, prints the line that says where it listens, and serves until it is
/// stopped. Then takes the parts down in the opposite order, the database last. Throws StorageError or
/// ListenError if the server cannot start.
void serve(const Options& options);

}  // namespace tailrace::server
