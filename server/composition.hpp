#pragma once

#include "server/options/options.hpp"

namespace tailrace::server {

/// Puts the server together from its parts, prints the line that says where it listens, and serves until it
/// is told to stop; then takes the parts down in the opposite order, the database last. Throws StorageError
/// and ListenError when it cannot begin.
void serve(const Options& options);

}  // namespace tailrace::server
