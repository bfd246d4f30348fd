#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "server/hints/request_hints.hpp"
#include "server/process/log.hpp"
#include "server/signature/signature_verifier.hpp"
#include "server/web/access_policy.hpp"
#include "server/web/router.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// The namespace of requests that do not name one.
inline constexpr std::string_view default_namespace = "default";

struct FrontDoorOptions {
    /// The rules for which requests are let in.
    AccessRules access = {};
    /// True to answer DynamoDB's API as DynamoDB Local does where tools rely on a difference from AWS: GET of
    /// "/" or of an unknown path is answered with 400, and numbers may be sent as strings.
    bool as_dynamodb_local = false;
    /// The name of the namespace behind the door.
    std::string namespace_name{default_namespace};
    /// True to say what people can do about an error, in a header and in the log.
    bool gives_hints = true;
    /// Returns the names of the namespaces that have a table, leaving out the namespace `except`. The
    /// function may be empty. It is not used if signatures are checked: then nobody may learn what other
    /// namespaces have.
    std::function<std::vector<std::string>(std::string_view table, std::string_view except)>
        others_with_table = {};
    /// Returns true if another server has removed the namespace. A request that fails because of that is not
    /// logged: whoever has called the door finds the namespace that has the name now. The function may be
    /// empty.
    std::function<bool()> was_removed = {};
    /// Checks the signatures of the requests to AWS's APIs; null to accept any.
    std::shared_ptr<const SignatureVerifier> signatures = nullptr;
    /// True if the engine's clock moves only on request, so that it says nothing about the dates of
    /// signatures.
    bool has_manual_clock = false;
};

/// Turns an HTTP request into its response: through the engine for DynamoDB's operations, through the router
/// for every other API. ApiErrors become answers only here. Anything else that is thrown is logged here and
/// becomes InternalServerError. The access policy is asked before anything else.
///
/// Writes one log line per request at level info: operation, table, status, bytes of the response as it is
/// sent, microseconds.
class FrontDoor final : public RequestHandler {
  public:
    /// The engine, the router and the log must outlive the door.
    FrontDoor(Engine& engine, const Router& router, const Log& log, FrontDoorOptions options = {})
        : engine_(engine),
          router_(router),
          log_(log),
          hints_(options.gives_hints ? make_hints(engine, log, options) : nullptr),
          access_(std::move(options.access)),
          signatures_(std::move(options.signatures), options.has_manual_clock ? nullptr : &engine.clock()),
          reader_(engine, signatures_.is_on() ? &signatures_ : nullptr),
          as_dynamodb_local_(options.as_dynamodb_local),
          namespace_name_(std::move(options.namespace_name)),
          was_removed_(std::move(options.was_removed)) {}

    /// Returns true if the access rules let the request in, and its signature verifies. The signature of a
    /// request for DynamoDB's API counts as verified here, because the operation checks it.
    bool admits(const HttpRequest& request) const;
    /// Logs a request that was answered elsewhere.
    void log_answer(const HttpRequest& request, HttpResponse& response) const;
    /// Refuses a request in the form of its API: DynamoDB's with this error, others with this status and the
    /// error's message. If the access rules do not let the request in, the answer gives that reason instead.
    void refuse(const HttpRequest& request, HttpResponse& response, const ApiError& error,
                int status) noexcept;

    Answering answering(const HttpRequest& request) const override;
    void answer(const HttpRequest& request, HttpResponse& response) noexcept override;
    void finish(const HttpRequest& request, HttpResponse& response) noexcept override;
    void refuse_busy(const HttpRequest& request, HttpResponse& response) noexcept override;
    void refuse_body(const HttpRequest& request, HttpResponse& response) noexcept override;

  private:
    struct Exchange;

    static std::unique_ptr<RequestHints> make_hints(Engine& engine, const Log& log,
                                                    const FrontDoorOptions& options);
    /// Returns whether the request is let in. Answers it if it is not.
    bool lets_in(Exchange& exchange) const;
    /// Returns null for DynamoDB's API and for paths that belong to no API.
    const Mount* mount_of(const RequestTarget& target) const;
    void route(Exchange& exchange);
    /// Returns what is wrong with the request's signature, or nullopt if nothing is or it is not checked.
    std::optional<ApiError> signature_fault(const HttpRequest& request, const RequestHead& head,
                                            const SigningService& service) const;
    void answer_mount(Exchange& exchange) const;
    void answer_operation(Exchange& exchange);
    void carry_out(Exchange& exchange, WireRequest& wire);
    void answer_service(Exchange& exchange, const Service& service) const;
    void answer_health(HttpResponse& response) const;
    static void answer_error(Exchange& exchange, const ApiError& error);
    void answer_too_many(Exchange& exchange, std::string_view message) const;
    /// Tells browsers which pages may read the response.
    void allow_pages(Exchange& exchange) const;
    void answer_failure(Exchange& exchange, std::string_view reason, const ApiError& error);
    void log_bodies(const Exchange& exchange) const;
    void log_exchange(const Exchange& exchange, Timestamp started) const;

    Engine& engine_;
    const Router& router_;
    const Log& log_;
    /// Null if nobody wants hints.
    const std::unique_ptr<RequestHints> hints_;
    /// Decides which requests are let in.
    const AccessPolicy access_;
    const NamespaceSignatures signatures_;
    const WireReader reader_;
    const bool as_dynamodb_local_;
    const std::string namespace_name_;
    const std::function<bool()> was_removed_;
};

}  // namespace tailrace::server
