#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "conformance/runner/wire/http_exchange.hpp"
#include "conformance/runner/wire/signer.hpp"

namespace tailrace::conformance {

/// No source has credentials; the message says which were asked and what they answered.
class NoCredentials : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The sources that the chain reads; tests replace them.
struct CredentialSources {
    /// The value of an environment variable; empty if it is not set.
    std::function<std::string(const std::string& name)> variable;
    /// The text of a file; nullopt if it cannot be read.
    std::function<std::optional<std::string>(const std::string& path)> file;
    /// Sends one GET or PUT; throws HttpFailure.
    std::function<HttpAnswer(const std::string& url, const HttpRequest& request)> http;
};

/// The environment, files and network of this process.
CredentialSources system_credential_sources();

/// Looks where AWS's own tools look, in their order, and takes the first that has credentials:
///   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN (unless a profile is asked for);
///   the profile (`profile`, else AWS_PROFILE, else "default") in the shared credentials file, then in the
///   config file; AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name others than ~/.aws/credentials and
///   ~/.aws/config;
///   a container's AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, with
///   AWS_CONTAINER_AUTHORIZATION_TOKEN or _TOKEN_FILE; an instance's metadata service, version 2, unless
///   AWS_EC2_METADATA_DISABLED is true.
/// Throws NoCredentials.
/// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
Credentials find_credentials(const CredentialSources& sources, const std::string& profile);

/// The region from AWS_REGION, AWS_DEFAULT_REGION or the profile; empty if none of them is set.
std::string find_region(const CredentialSources& sources, const std::string& profile);

/// The sections of a shared credentials or config file. In both, a profile's section is listed by the
/// profile's name.
std::map<std::string, std::map<std::string, std::string>> parse_profiles(const std::string& text);

}  // namespace tailrace::conformance
