#pragma once

#include <string>

#include "server/cognito/user_pools.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the operations of Amazon Cognito's user pools that list, read, create and remove pools and users:
/// AWSCognitoIdentityProviderService.ListUsers and seven more. Nobody signs in here.
/// The pools must outlive the router. `account_id` appears in the ARNs of pools.
void serve_cognito(Router& router, UserPools& pools, std::string region, std::string account_id);

}  // namespace tailrace::server
