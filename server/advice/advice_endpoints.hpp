#pragma once

#include "server/admin/known_mappings.hpp"
#include "server/advice/adviser.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the endpoints at /_tailrace/advice. The adviser and what the mappings refer to must outlive them.
void add_advice_endpoints(Mount& admin, Adviser& adviser, const KnownMappings& mappings);

}  // namespace tailrace::server
