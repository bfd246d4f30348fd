#pragma once

#include "server/web/router.hpp"

namespace tailrace::server {

class Namespaces;

/// Adds the endpoints below /_tailrace/namespaces. The namespaces must outlive the mount.
void add_namespace_endpoints(Mount& admin, Namespaces& namespaces);

}  // namespace tailrace::server
