#pragma once

#include "server/cache/caches.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// What the caches hold, and emptying one. The caches outlive the mount.
void add_cache_endpoints(Mount& admin, Caches& caches);

}  // namespace tailrace::server
