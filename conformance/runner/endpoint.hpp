#pragma once

#include <functional>
#include <string>

#include "conformance/runner/case/caller.hpp"
#include "conformance/runner/options.hpp"
#include "conformance/runner/wire/credentials.hpp"

namespace tailrace::conformance {

/// The endpoint of --endpoint or --aws. Without --aws it never uses credentials from `sources`. Throws
/// NoCredentials if --aws is given and there are none.
Endpoint make_endpoint(const Options& options, const CredentialSources& sources);

/// The same options for the endpoint of --against.
Options against_options(Options options);

/// Credentials from the chain. They are looked up once, and again when a caller asks to renew them.
/// Thread-safe.
std::function<Credentials(bool renew)> chain_credentials(CredentialSources sources,
                                                         const std::string& profile);

}  // namespace tailrace::conformance
