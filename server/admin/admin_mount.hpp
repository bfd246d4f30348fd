#pragma once

#include "server/web/router.hpp"

namespace tailrace::server {

/// The mount of what is not AWS's API, /_tailrace. GET /_tailrace lists its routes with their purposes; where
/// there is no route or it throws, the answer is {"message": …} with 404, 405 or 500.
Mount& mount_admin(Router& router);

}  // namespace tailrace::server
