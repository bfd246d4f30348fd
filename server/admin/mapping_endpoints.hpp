#pragma once

#include "server/admin/known_mappings.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// What stands under /_tailrace/mappings. Mappings that are not started are shown, and everything else is
/// refused to them with 409.
void add_mapping_endpoints(Mount& admin, const KnownMappings& mappings);

}  // namespace tailrace::server
