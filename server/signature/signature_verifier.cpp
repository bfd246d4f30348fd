#include "server/signature/signature_verifier.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/api_error.hpp"
#include "server/signature/basic_date.hpp"
#include "server/signature/canonical_request.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view only_algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view terminator = "aws4_request";

/// The maximum number of signing keys that are kept: enough for a key pair in a few regions for a few days.
constexpr std::size_t max_signing_keys = 256;

/// The parts of a credential.
struct Credential {
    std::string_view access_key_id;
    std::string_view date;
    std::string_view region;
    std::string_view service;
    std::string_view terminator;
};

std::optional<Credential> parse_credential(std::string_view text) {
    std::array<std::string_view, 5> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t slash = text.find('/');
        const bool is_last = i + 1 == parts.size();
        if ((slash == std::string_view::npos) != is_last) return std::nullopt;
        parts[i] = text.substr(0, slash);
        if (!is_last) text.remove_prefix(slash + 1);
    }
    return Credential{parts[0], parts[1], parts[2], parts[3], parts[4]};
}

void check_skew(const std::string& date, Timestamp signed_at, Timestamp now, std::chrono::minutes most) {
    const std::string minutes = std::to_string(most.count()) + " min.)";
    if (signed_at < now - most) {
        throw ApiError(exceptions::invalid_signature, "Signature expired: " + date + " is now earlier than " +
                                                          basic_date(now - most) + " (" + basic_date(now) +
                                                          " - " + minutes);
    }
    if (signed_at > now + most) {
        throw ApiError(exceptions::invalid_signature, "Signature not yet current: " + date +
                                                          " is still later than " + basic_date(now + most) +
                                                          " (" + basic_date(now) + " + " + minutes);
    }
}

void check_date(const std::string& date, std::chrono::minutes max_skew, std::optional<Timestamp> now) {
    const std::optional<Timestamp> signed_at = parse_basic_date(date);
    if (!signed_at) {
        throw ApiError(exceptions::incomplete_signature, "Date must be in ISO-8601 'basic format'. Got '" +
                                                             date +
                                                             "'. See http://en.wikipedia.org/wiki/ISO_8601");
    }
    if (now) check_skew(date, *signed_at, std::chrono::floor<std::chrono::seconds>(*now), max_skew);
}

}  // namespace

SignatureVerifier::SignatureVerifier(std::vector<KeyPair> keys, std::string region)
    : keys_(std::move(keys)), region_(std::move(region)) {}

void SignatureVerifier::verify(const HttpRequest& request, const RequestHead& head,
                               const SigningService& service, std::optional<Timestamp> now) const {
    const RequestSignature signature = read_signature(request, head);
    check_date(signature.date, service.max_skew, now);
    if (!signature.covers("host")) {
        throw ApiError(exceptions::invalid_signature,
                       "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
    if (signature.algorithm != only_algorithm) {
        throw ApiError(
            exceptions::incomplete_signature,
            "Unsupported AWS 'algorithm': '" + signature.algorithm + "' (only AWS4-HMAC-SHA256 for now). ");
    }
    check_credential(signature, head.host(), service);
    const std::size_t slash = signature.credential.find('/');
    const std::string scope = signature.credential.substr(slash + 1);
    const auto pair = std::ranges::find(keys_, std::string_view(signature.credential).substr(0, slash),
                                        &KeyPair::access_key_id);
    if (pair == keys_.end()) throw ApiError(exceptions::unrecognized_client);
    std::string text(only_algorithm);
    text.append("\n").append(signature.date).append("\n").append(scope).append("\n");
    text.append(hex_of(sha256(canonical_request(request, head, signature))));
    const Sha256 expected = hmac_sha256(bytes_of(signing_key(*pair, scope)), text);
    if (!is_hex_of(signature.signature, expected)) throw ApiError(exceptions::invalid_signature);
    if (signature.session_token != pair->session_token) {
        throw ApiError(exceptions::unrecognized_client,
                       "The security token included in the request is invalid");
    }
}

/// The message lists everything that is wrong.
void SignatureVerifier::check_credential(const RequestSignature& signature, std::string_view host,
                                         const SigningService& service) const {
    const std::optional<Credential> credential = parse_credential(signature.credential);
    if (!credential) {
        throw ApiError(exceptions::incomplete_signature,
                       "Credential must have exactly 5 slash-delimited elements, e.g. "
                       "keyid/date/region/service/term, got '" +
                           signature.credential + "'");
    }
    std::string faults;
    if (!is_region(credential->region, host)) {
        faults.append("Credential should be scoped to a valid region, not '")
            .append(credential->region)
            .append("'. ");
    }
    if (credential->service != service.name) {
        faults.append("Credential should be scoped to correct service: '").append(service.name).append("'. ");
    }
    if (credential->terminator != terminator) {
        faults.append("Credential should be scoped with a valid terminator: 'aws4_request', not '")
            .append(credential->terminator)
            .append("'. ");
    }
    const std::string day = signature.date.substr(0, signature.date.find('T'));
    if (credential->date != day) {
        faults
            .append(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '")
            .append(credential->date)
            .append("' != '" + day + "', from '" + signature.date + "'.");
    }
    if (!faults.empty()) throw ApiError(exceptions::invalid_signature, faults);
}

/// A client that uses this server as a proxy names the host that it believes to be AWS's, such as
/// dynamodb.eu-west-1.amazonaws.com.
bool SignatureVerifier::is_region(std::string_view region, std::string_view host) const {
    if (region.empty()) return false;
    if (region_.empty() || region == region_) return true;
    host = host.substr(0, host.find(':'));
    const bool is_of_aws = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    return is_of_aws && host.find("." + std::string(region) + ".") != std::string_view::npos;
}

/// A signing key holds for a day, a region and a service.
Sha256 SignatureVerifier::signing_key(const KeyPair& pair, const std::string& scope) const {
    const std::string name = pair.access_key_id + "/" + scope;
    const std::lock_guard lock(mutex_);
    if (const auto known = signing_keys_.find(name); known != signing_keys_.end()) return known->second;
    if (signing_keys_.size() == max_signing_keys) signing_keys_.clear();
    const std::string first_key = "AWS4" + pair.secret_access_key;
    Sha256 key;
    std::string_view previous = first_key;
    for (std::string_view rest = scope; !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        key = hmac_sha256(previous, part);
        previous = bytes_of(key);
    }
    return signing_keys_.emplace(name, key).first->second;
}

}  // namespace tailrace::server
