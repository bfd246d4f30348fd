#pragma once

#include <functional>
#include <string>

#include "conformance/runner/case/caller.hpp"
#include "conformance/runner/options.hpp"
#include "conformance/runner/wire/credentials.hpp"

namespace tailrace::conformance {

/// The endpoint that --endpoint or --aws names. Without --aws it never sees credentials of `sources`. Throws
/// NoCredentials when there are none for AWS.
Endpoint make_endpoint(const Options& options, const CredentialSources& sources);

/// The options for the endpoint that --against names.
Options against_options(Options options);

/// Credentials of the chain that are looked for once, and again when a caller asks to renew them. Any thread
/// may ask.
std::function<Credentials(bool renew)> chain_credentials(CredentialSources sources,
                                                         const std::string& profile);

}  // namespace tailrace::conformance
