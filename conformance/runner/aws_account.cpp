#include "conformance/runner/aws_account.hpp"

#include <memory>
#include <mutex>
#include <optional>

namespace tailrace::conformance {
namespace {

std::string domain_of(const std::string& region) {
    return region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
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

Endpoint aws_endpoint(const std::string& region, const std::string& profile) {
    Endpoint endpoint;
    endpoint.url = parse_url("https://dynamodb." + region + domain_of(region) + "/");
    endpoint.streams_url = parse_url("https://streams.dynamodb." + region + domain_of(region) + "/");
    endpoint.region = region;
    endpoint.is_aws = true;
    endpoint.credentials = chain_credentials(system_credential_sources(), profile);
    endpoint.credentials(false);
    return endpoint;
}

}  // namespace tailrace::conformance
