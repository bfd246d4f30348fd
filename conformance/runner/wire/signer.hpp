#pragma once

#include <string>

#include "conformance/runner/wire/http_exchange.hpp"

namespace tailrace::conformance {

struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    /// Empty for credentials that last.
    std::string session_token;
};

/// What a signature is made for.
struct SigningScope {
    std::string region;
    std::string service = "dynamodb";
    /// "20261121T184722Z"
    std::string time;
};

/// Signs `request` by Signature Version 4: adds X-Amz-Date, X-Amz-Security-Token when there is a session
/// token, and Authorization. Every header that it has is signed, but for those that proxies change
/// (User-Agent, Expect, X-Amzn-Trace-Id), so framing belongs into it afterwards. It must have Host.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope);

/// The canonical request that a signature covers, for tests.
std::string canonical_request(const HttpRequest& request);

/// The time in the form that SigningScope wants, from seconds since 1970.
std::string signing_time(long long seconds);

}  // namespace tailrace::conformance
