#pragma once

#include <functional>
#include <string>

#include "conformance/runner/caller.hpp"
#include "conformance/runner/credentials.hpp"

namespace tailrace::conformance {

/// Where AWS serves DynamoDB in this region, with credentials of the chain. `profile` may be empty. Throws
/// NoCredentials when there are none.
Endpoint aws_endpoint(const std::string& region, const std::string& profile);

/// Credentials of the chain that are looked for once, and again when a caller asks to renew them. Any thread
/// may ask.
std::function<Credentials(bool renew)> chain_credentials(CredentialSources sources,
                                                         const std::string& profile);

}  // namespace tailrace::conformance
