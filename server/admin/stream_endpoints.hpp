#pragma once

#include "server/admin/known_mappings.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds GET /_tailrace/streams.
void add_stream_endpoints(Mount& admin, const KnownMappings& mappings);

}  // namespace tailrace::server
