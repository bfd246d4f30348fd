#pragma once

#include "server/lambda/lambda_endpoints.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// GetAccountSettings: a new account's limits, and how many functions there are. The functions outlive the
/// endpoints.
void add_account_endpoints(LambdaEndpoints& endpoints, const stream::FunctionRegistry& functions);

}  // namespace tailrace::server
