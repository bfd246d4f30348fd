#pragma once

#include "server/web/router.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// GetAccountSettings: a new account's limits, and how many functions there are. The functions outlive the
/// endpoints.
void add_account_endpoints(Mount& lambda, const stream::FunctionRegistry& functions);

}  // namespace tailrace::server
