#include "conformance/runner/endpoint.hpp"

#include <memory>
#include <mutex>
#include <optional>

namespace tailrace::conformance {
namespace {

/// An endpoint other than AWS wants a signature but accepts any key. An account's key must never be sent
/// there.
constexpr const char* local_key = "conformance";

constexpr std::chrono::seconds local_patience(10);
constexpr std::chrono::seconds aws_patience(60);
/// Operations that change tables take minutes on AWS.
constexpr int aws_table_factor = 10;

std::string domain_of(const std::string& region) {
    return region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
}

std::string region_of(const Options& options, const CredentialSources& sources) {
    std::string region = options.region;
    if (region.empty() && options.aws) region = find_region(sources, options.profile);
    return region.empty() ? "us-east-1" : region;
}

void set_urls(Endpoint& endpoint, const std::string& url) {
    if (url.empty()) {
        const std::string host = "dynamodb." + endpoint.region + domain_of(endpoint.region) + "/";
        endpoint.url = parse_url("https://" + host);
        endpoint.streams_url = parse_url("https://streams." + host);
    } else {
        endpoint.url = parse_url(url);
        endpoint.streams_url = endpoint.url;
    }
}

}  // namespace

std::function<Credentials(bool)> chain_credentials(CredentialSources sources, const std::string& profile) {
    struct Store {
        std::mutex mutex;
        std::optional<Credentials> found;
    };
    return [store = std::make_shared<Store>(), sources = std::move(sources), profile](bool renew) {
        const std::lock_guard lock(store->mutex);
        if (!store->found || renew) store->found = find_credentials(sources, profile);
        return *store->found;
    };
}

Endpoint make_endpoint(const Options& options, const CredentialSources& sources) {
    Endpoint endpoint;
    endpoint.region = region_of(options, sources);
    set_urls(endpoint, options.endpoint);
    endpoint.is_aws = options.aws;
    endpoint.credentials = [](bool) { return Credentials{local_key, local_key, {}}; };
    if (options.aws) {
        endpoint.credentials = chain_credentials(sources, options.profile);
        endpoint.credentials(false);
    }
    endpoint.view = {options.as_sdk, options.numbers_by_value, options.ignored};
    endpoint.http.patience = std::chrono::seconds(options.timeout_seconds);
    endpoint.http.authorities = options.authorities;
    const std::chrono::seconds usual = options.aws ? aws_patience : local_patience;
    endpoint.patience = options.patience_seconds > 0 ? std::chrono::seconds(options.patience_seconds) : usual;
    endpoint.table_patience = endpoint.patience * (options.aws ? aws_table_factor : 1);
    return endpoint;
}

Options against_options(Options options) {
    options.aws = options.against == "aws";
    options.endpoint = options.aws ? "" : options.against;
    return options;
}

}  // namespace tailrace::conformance
