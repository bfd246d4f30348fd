#pragma once

#include "server/web/router.hpp"

namespace tailrace::server {

/// The mount of AWS Lambda's REST API: the paths that begin with the date from which there is their
/// operation,
/// "/2015-03-31/". Its routes throw LambdaError; what else they throw becomes a ServiceException with the
/// exception's text. An operation of Lambda's without a route is refused by its name.
Mount& mount_lambda(Router& router);

}  // namespace tailrace::server
