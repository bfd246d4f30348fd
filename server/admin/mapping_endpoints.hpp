#pragma once

#include "server/admin/known_mappings.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the endpoints under /_tailrace/mappings. Mappings that are not started are shown, and every other
/// request to them is refused with 409.
void add_mapping_endpoints(Mount& admin, const KnownMappings& mappings);

}  // namespace tailrace::server
