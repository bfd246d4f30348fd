#pragma once

#include <string>

#include "engine/model/clock.hpp"
#include "server/cache/caches.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds Momento's HTTP API for caches: GET, PUT and DELETE of /cache/{cacheName}?key=…, with a token in the
/// header Authorization or as a parameter. A token is always required; if `token` is empty, any token will
/// do. Errors are one line of plain text. The caches and the clock must outlive the router.
/// Source: docs.momentohq.com/cache/develop/api-reference/http-api.
void mount_caches(Router& router, Caches& caches, const Clock& clock, std::string token);

}  // namespace tailrace::server
