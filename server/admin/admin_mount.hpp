#pragma once

#include <vector>

#include "server/web/router.hpp"

namespace tailrace::server {

/// Makes the mount /_tailrace, for endpoints that no API of AWS has. GET /_tailrace lists its routes with
/// their purposes. If there is no route or the route throws, the answer is {"message": …} with 404, 405 or
/// 500.
Mount& mount_admin(Router& router);

/// Returns the parameters that the query of a route may have, including those that every
/// GET whose answer is JSON may have.
std::vector<RouteField> query_parameters(const Route& route);

}  // namespace tailrace::server
