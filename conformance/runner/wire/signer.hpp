#pragma once

#include <string>

#include "conformance/runner/wire/http_exchange.hpp"

namespace tailrace::conformance {

struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    /// Empty for long-term credentials.
    std::string session_token;
};

/// Region, service and time of a signature.
struct SigningScope {
    std::string region;
    std::string service = "dynamodb";
    /// "20261121T184722Z"
    std::string time;
};

/// Signs `request` with Signature Version 4: adds X-Amz-Date, Authorization, and X-Amz-Security-Token if
/// there is a session token. `request` must have a Host header. Signs every header except those that proxies
/// change (User-Agent, Expect, X-Amzn-Trace-Id), so add the framing headers afterwards.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope);

/// The canonical request that a signature covers, for tests.
std::string canonical_request(const HttpRequest& request);

/// Formats a time for SigningScope, from seconds since 1970.
std::string signing_time(long long seconds);

}  // namespace tailrace::conformance
