#pragma once

#include "server/cache/caches.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the endpoints that show the caches and empty one of them. The caches must outlive the mount.
void add_cache_endpoints(Mount& admin, Caches& caches);

}  // namespace tailrace::server
