#pragma once

#include "server/web/router.hpp"

namespace tailrace::server {

/// Mounts AWS Lambda's REST API, at the paths that begin with the date of their API version: "/2015-03-31/".
/// Its routes throw LambdaError. Any other exception becomes a ServiceException with the exception's text. An
/// operation of Lambda without a route is refused by name.
Mount& mount_lambda(Router& router);

/// Returns the answer of the mount to a request whose route threw this.
HttpResponse lambda_failure(const std::exception& error);

}  // namespace tailrace::server
