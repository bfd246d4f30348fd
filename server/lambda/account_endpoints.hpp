#pragma once

#include "server/web/router.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// Adds GetAccountSettings, which returns the limits of a new account and the number of functions. The
/// functions must outlive the endpoints.
void add_account_endpoints(Mount& lambda, const stream::FunctionRegistry& functions);

}  // namespace tailrace::server
