#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/signature/key_pair.hpp"
#include "server/signature/request_signature.hpp"
#include "server/signature/sha256.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/signature_check.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// Checks requests' signatures of Signature Version 4 as AWS does, with AWS's errors in AWS's order:
///
///   1. what read_signature() throws, for a signature that is missing or incomplete
///   2. the date: its format, and whether it is near the server's time
///   3. whether the signature covers the header Host
///   4. the algorithm, which must be AWS4-HMAC-SHA256
///   5. the credential: five parts, with a region of this server, the service, the terminator and the date
///   6. whether the access key is known
///   7. the signature's value
///   8. the session token
///
/// Source: dynalite's index.js, which records what DynamoDB was observed to answer, and in which order; newer
/// texts as public reports quote them: github.com/aws/aws-sdk-php/issues/2469 (Host),
/// github.com/praetorian-inc/chariot-ui/issues/453 (the date),
/// github.com/ttsuruoka/php-simple-amazon-dynamodb/issues/1 (the signature),
/// github.com/baopham/laravel-dynamodb/issues/228 (the session token).
///
/// Thread-safe.
class SignatureVerifier {
  public:
    /// `region` is the one region that credentials may name besides that of an AWS host name; if it is empty,
    /// they may name any.
    SignatureVerifier(std::vector<KeyPair> keys, std::string region);

    /// Throws ApiError if the signature does not verify. `now` is the time to compare the date with, or
    /// nullopt if the server's clock says nothing about the client's.
    void verify(const HttpRequest& request, const RequestHead& head, const SigningService& service,
                std::optional<Timestamp> now) const;

  private:
    void check_credential(const RequestSignature& signature, std::string_view host,
                          const SigningService& service) const;
    bool is_region(std::string_view region, std::string_view host) const;
    Sha256 signing_key(const KeyPair& pair, const std::string& scope) const;

    std::vector<KeyPair> keys_;
    std::string region_;
    mutable std::mutex mutex_;
    /// Keyed by access key and scope.
    mutable std::map<std::string, Sha256> signing_keys_;
};

/// The check of the requests to one namespace.
class NamespaceSignatures final : public SignatureCheck {
  public:
    /// `clock` is the namespace's, or null if it does not show the machine's time. It must outlive the check.
    /// If `verifier` is null, the check is off.
    NamespaceSignatures(std::shared_ptr<const SignatureVerifier> verifier, const Clock* clock)
        : verifier_(std::move(verifier)), clock_(clock) {}

    bool is_on() const { return verifier_ != nullptr; }
    /// The check must be on.
    void verify(const HttpRequest& request, const RequestHead& head,
                const SigningService& service) const override {
        verifier_->verify(request, head, service,
                          clock_ != nullptr ? std::optional(clock_->now()) : std::nullopt);
    }

  private:
    std::shared_ptr<const SignatureVerifier> verifier_;
    const Clock* clock_;
};

}  // namespace tailrace::server
